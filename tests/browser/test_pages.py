"""Your reviews, Models and the way between the pages, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps

ROWS = [
    ("Kestrel Kettle", 1, "The handle burned my hand and nobody answers. I am furious about this kettle."),
    ("Kestrel Kettle", 5, "Boils in two minutes and looks lovely, I am so happy with this kettle."),
    ("Kestrel Kettle", 2, "I am sad to say that the lid broke after one week."),
    ("Plover Pillow", 5, "Best sleep in years, thank you so much, I love this pillow."),
    ("Plover Pillow", 1, "It arrived with mould and smelled disgusting, I had to throw it away."),
    ("Plover Pillow", 3, "It is a pillow of the size that was announced."),
]
CSV = "product;stars;comment\n" + "".join(f'{product};{stars};"{text}"\n' for product, stars, text in ROWS)


def test_a_file_is_imported_explored_and_deleted(page: Page, request: pytest.FixtureRequest) -> None:
    name = f"Shop {request.node.callspec.id}"
    steps.visit(page, "/reviews")
    page.locator('input[type="file"]').first.set_input_files(
        {"name": "shop.csv", "mimeType": "text/csv", "buffer": CSV.encode()}
    )
    expect(page.get_by_text("Which column is what?")).to_be_visible()
    box = page.get_by_label("Name of the library")
    box.fill(name)
    box.press("Enter")
    steps.settled(page)
    page.get_by_role("button", name="Import 6 rows").click()
    expect(page.get_by_text(f"“{name}” is ready: 6 reviews.")).to_be_visible()
    steps.expect_no_sideways_scrolling(page)
    page.get_by_role("button", name="Explore these reviews").click()
    expect(page.get_by_text("How the 6 reviews feel")).to_be_visible()
    steps.ask(page, "kettle")
    expect(steps.cards(page).first).to_contain_text("kettle")
    steps.visit(page, "/reviews")
    page.get_by_role("button", name=re.compile(f"^Delete {name[:8]}")).first.click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("None yet")).to_be_visible()


def test_a_file_without_reviews_gets_one_sentence(desktop: Page) -> None:
    steps.visit(desktop, "/reviews")
    desktop.locator('input[type="file"]').first.set_input_files(
        {"name": "empty.csv", "mimeType": "text/csv", "buffer": b""}
    )
    expect(desktop.get_by_test_id("stAlert")).to_be_visible()


def test_the_models_that_run_are_named(page: Page) -> None:
    steps.visit(page, "/models")
    expect(page.get_by_text("face-resnet50").first).to_be_visible()
    steps.settled(page)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    steps.expect_no_sideways_scrolling(page)


def test_the_way_between_the_pages(desktop: Page) -> None:
    steps.visit(desktop)
    for link, path in (("Your reviews", "/reviews"), ("Chat", "/chat"), ("Models", "/models")):
        desktop.get_by_role("link", name=link, exact=True).click()
        expect(desktop).to_have_url(re.compile(f"{path}$"))
        expect(desktop.get_by_role("heading", name=steps.PAGES[path], exact=True, level=1)).to_be_visible()


def test_what_a_face_can_and_cannot_tell_is_one_click_away(desktop: Page) -> None:
    steps.visit(desktop)
    desktop.get_by_role("button", name="What it can and cannot tell").click()
    expect(desktop.get_by_role("dialog")).to_contain_text("Do not use it for")
