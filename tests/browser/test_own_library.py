"""A library of one's own with the names that exports of shops have, from the file to what is found and exported."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps

TABLET = "All-New Ember HD 8 Tablet, 8 HD Display, Wi-Fi, {} GB - Includes Special Offers, Magenta"
ROWS = [
    (TABLET.format(16), 1, "The battery died after a week and the refund took a month."),
    (TABLET.format(16), 5, "The battery lasts all day, my daughter loves her tablet. 😍"),
    (TABLET.format(32), 2, "The battery is weak and the screen is dim, I am disappointed."),
    (TABLET.format(32), 5, "A wonderful screen, we watch films on it every evening."),
    ("Echo (White),,,\r\nEcho (White),,,", 4, "The speaker fills the kitchen with music."),
    ("Echo (White),,,\r\nEcho (White),,,", 1, "البطارية ضعيفة جدا ولا أنصح بشرائه لأي أحد"),
    ("", 3, "No idea which one I bought, but the battery is fine."),
]
NAME = "Gadgets"


def exported() -> bytes:
    """Return the reviews as a shop would export them."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["product", "rating", "review"])
    writer.writerows(ROWS)
    return out.getvalue().encode()


@pytest.fixture
def explore(desktop: Page) -> Iterator[Page]:
    """The Explore page with these reviews imported; they are deleted afterwards."""
    steps.visit(desktop, "/reviews")
    desktop.locator('input[type="file"]').first.set_input_files(
        {"name": "gadgets.csv", "mimeType": "text/csv", "buffer": exported()}
    )
    box = desktop.get_by_label("Name of the library")
    box.fill(NAME)
    box.press("Enter")
    steps.settled(desktop)
    desktop.get_by_role("button", name="Import 7 rows").click()
    desktop.get_by_role("button", name="Explore these reviews").click()
    expect(desktop.get_by_text("How 6 of 7 reviews feel")).to_be_visible()
    yield desktop
    steps.visit(desktop, "/reviews")
    desktop.get_by_role("button", name=f"Delete {NAME}").click()
    desktop.get_by_role("button", name="Delete for good").click()
    expect(desktop.get_by_text("None yet")).to_be_visible()


def test_long_names_are_told_apart_and_what_is_filtered_is_exported(explore: Page) -> None:
    for example in ("What disappointed people?", "Bought as a gift"):
        expect(explore.get_by_role("button", name=example)).to_be_visible()
    explore.get_by_text("Filters", exact=True).click()
    for value in ("All-New Embe… 16 GB - Include… (2)", "All-New Embe… 32 GB - Include… (2)", "Echo (White) (2)"):
        expect(explore.get_by_role("button", name=value, exact=True)).to_be_visible()
    explore.get_by_role("button", name=re.compile("^All-New Embe… 32 GB")).click()
    expect(explore.get_by_text("2 of 7 reviews are searched:")).to_be_visible()
    expect(explore.get_by_role("button", name="2 ★ (1)")).to_be_visible()
    steps.settled(explore)
    explore.get_by_text("Export all 2 reviews that pass the filters").click()
    with explore.expect_download() as download:
        explore.get_by_role("button", name="CSV", exact=True).click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert [(row["product"], row["text"]) for row in rows] == [(TABLET.format(32), ROWS[n][2]) for n in (2, 3)]


def test_reviews_without_a_product_are_one_click_away_and_the_link_keeps_it(explore: Page) -> None:
    explore.get_by_text("Filters", exact=True).click()
    explore.get_by_role("button", name="(no product) (1)", exact=True).click()
    expect(explore.get_by_text("1 of 7 reviews are searched:")).to_be_visible()
    expect(explore.get_by_role("button", name="3 ★ (1)")).to_be_visible()
    expect(explore).to_have_url(re.compile(r"[?&]missing=product(&|$)"))
    steps.settled(explore)
    explore.reload()
    expect(explore.get_by_text("1 of 7 reviews are searched:")).to_be_visible()
    explore.get_by_role("button", name=re.compile(r"^\(no product\)")).first.click()
    expect(explore.get_by_text("How 6 of 7 reviews feel")).to_be_visible()


def test_a_review_in_another_language_is_called_so_and_has_no_mood(explore: Page) -> None:
    expect(explore.get_by_text("1 review is not English: emotion and sentiment were not read")).to_be_visible()
    explore.get_by_text("Filters", exact=True).click()
    explore.get_by_role("button", name="not read (not English) (1)", exact=True).first.click()
    expect(explore.get_by_text("1 of 7 reviews are searched:")).to_be_visible()
    steps.settled(explore)
    steps.ask(explore, "battery")
    expect(steps.cards(explore)).to_have_count(1)
    expect(steps.cards(explore).first).to_contain_text("not English (Arabic): emotion not read")
    expect(steps.cards(explore).first.locator(".ml-scores")).to_have_count(0)


def test_phrases_exclusions_and_more_like_this(explore: Page) -> None:
    steps.ask(explore, '"battery" -refund')
    heading = "Reviews that say “battery” and do not say “refund”"
    expect(explore.get_by_role("heading", name=heading, level=2)).to_be_visible()
    expect(explore.get_by_role("heading", name="The 3 reviews that fit", level=3)).to_be_visible()
    steps.settled(explore)
    texts = steps.cards(explore).locator(".ml-text").all_inner_texts()
    assert sorted(texts) == sorted(ROWS[n][2] for n in (1, 2, 6))
    explore.get_by_text("Export all 3 reviews that fit your phrase and exclusion").click()
    with explore.expect_download() as download:
        explore.get_by_role("button", name="CSV", exact=True).click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert [row["text"] for row in rows] == [ROWS[n][2] for n in (1, 2, 6)]
    facts = explore.locator(".ml-facts span").first
    assert (facts.get_attribute("title") or "").startswith("All-New Ember HD 8 Tablet, 8 HD Display, Wi-Fi, ")
    explore.get_by_role("button", name="More like review 1", exact=True).click()
    dialog = explore.get_by_role("dialog")
    expect(dialog.locator("article.ml-card").first).to_be_visible()
    own = dialog.locator("blockquote").inner_text()
    assert own not in dialog.locator(".ml-text").all_inner_texts()
    explore.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
