"""Explore in a real browser: a photo, one click, words, filters of a shared link."""

import csv
import io
import re

from playwright.sync_api import Page, expect

from tests.browser import steps


def test_a_photo_becomes_an_answer(page: Page, face_photo: bytes) -> None:
    steps.visit(page)
    steps.show_photo(page, face_photo)
    expect(page.get_by_role("heading", name=re.compile("The expression looks .*happy"))).to_be_visible()
    expect(page.get_by_alt_text(re.compile("Your photo with 1 marked face: 1 happy"))).to_be_visible()
    steps.expect_answer(page, "Reviews that feel .*happy")
    expect(page.get_by_text("reading faces: face-resnet50")).to_be_visible()
    steps.expect_no_sideways_scrolling(page)


def test_where_the_model_looked(page: Page, face_photo: bytes) -> None:
    steps.visit(page)
    steps.show_photo(page, face_photo)
    steps.expect_answer(page, "Reviews that feel .*happy")
    page.get_by_text("Where did it look?").click()
    expect(page.get_by_alt_text("The face, grey; yellow where blurring it makes “happy” less likely")).to_be_visible()
    expect(page.get_by_text("It is neither why, nor what the person feels.")).to_be_visible()
    steps.settled(page)
    steps.expect_no_sideways_scrolling(page)


def test_the_visitor_overrules_the_model(desktop: Page, face_photo: bytes) -> None:
    steps.visit(desktop)
    steps.show_photo(desktop, face_photo)
    steps.expect_answer(desktop, "Reviews that feel .*happy")
    steps.pick_emotion(desktop, "surprise")
    steps.expect_answer(desktop, "Reviews that feel .*surprise")
    expect(desktop.get_by_text("You chose surprise; the model read happy. Your choice counts.")).to_be_visible()


def test_one_click_asks_and_the_address_can_be_shared(page: Page) -> None:
    steps.visit(page)
    steps.pick_emotion(page, "angry")
    steps.expect_answer(page, "Reviews that feel .*angry")
    expect(page).to_have_url(re.compile(r"\?emotion=angry$"))
    found = steps.cards(page).locator("h4").all_inner_texts()
    page.reload()
    steps.expect_answer(page, "Reviews that feel .*angry")
    assert steps.cards(page).locator("h4").all_inner_texts() == found


def test_a_question_in_words(page: Page) -> None:
    steps.visit(page)
    steps.ask(page, "Deliveries that came late")
    steps.expect_answer(page, "Reviews about .*Deliveries that came late")
    expect(page).to_have_url(re.compile(r"q=Deliveries\+that\+came\+late"))
    expect(steps.cards(page).locator("mark").first).to_be_visible()
    steps.expect_no_sideways_scrolling(page)


def test_a_shared_link_brings_its_filters(desktop: Page) -> None:
    desktop.goto("/?emotion=sad&rating=1,2&product=Arrowfen+Air")
    steps.expect_answer(desktop, "Reviews that feel .*sad")
    expect(desktop.get_by_text(re.compile(r"of 700 reviews are searched"))).to_be_visible()
    facts = steps.cards(desktop).locator(".ml-facts").all_inner_texts()
    assert all(fact.startswith("Arrowfen Air") for fact in facts)
    stars = [star.get_attribute("aria-label") for star in steps.cards(desktop).locator(".ml-stars").all()]
    assert set(stars) <= {"1 out of 5", "2 out of 5"}


def test_a_citation_leads_to_its_review(desktop: Page) -> None:
    desktop.goto("/?emotion=disgust")
    steps.expect_answer(desktop, "Reviews that feel .*disgust")
    citation = desktop.locator("a.ml-cite").last
    number = citation.inner_text()
    citation.click()
    expect(desktop.locator(f"#review-{number}")).to_be_in_viewport()


def test_what_is_no_photo_gets_one_sentence(desktop: Page) -> None:
    steps.visit(desktop)
    steps.show_photo(desktop, b"this is no photo", "holiday.jpg")
    expect(desktop.get_by_test_id("stAlert")).to_be_visible()
    expect(desktop.get_by_text("Traceback")).to_have_count(0)


def test_more_reviews_follow_the_first_ten(page: Page) -> None:
    page.goto("/?q=battery")
    steps.expect_answer(page, "Reviews about .*battery")
    first = steps.cards(page).locator(".ml-text").all_inner_texts()
    page.get_by_role("button", name="Show 20 more").click()
    expect(steps.cards(page)).to_have_count(30)
    steps.settled(page)
    texts = steps.cards(page).locator(".ml-text").all_inner_texts()
    assert texts[:10] == first
    assert len(set(texts)) == 30
    with page.expect_download() as download:
        page.get_by_role("button", name="These reviews (CSV)").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text("utf-8-sig"))))
    assert [row["rank"] for row in rows] == [str(number) for number in range(1, 31)]
    steps.expect_no_sideways_scrolling(page)


def test_hits_can_be_downloaded(desktop: Page) -> None:
    desktop.goto("/?emotion=happy")
    steps.expect_answer(desktop, "Reviews that feel .*happy")
    with desktop.expect_download() as download:
        desktop.get_by_role("button", name="Reviews (CSV)").click()
    text = download.value.path().read_text("utf-8-sig")
    assert download.value.suggested_filename == "moodlens-happy.csv"
    assert len(text.splitlines()) >= 11
    with desktop.expect_download() as download:
        desktop.get_by_role("button", name="Report (HTML)").click()
    assert download.value.path().read_text("utf-8").lstrip().lower().startswith("<!doctype html>")


def test_one_click_on_a_facet_narrows_and_its_chip_takes_it_back(page: Page) -> None:
    page.goto("/?q=dirty+rooms")
    steps.expect_answer(page, "Reviews about .*dirty rooms")
    page.get_by_text("Filters", exact=True).click()
    page.get_by_role("button", name=re.compile(r"^Hotel Meridane \(70\)$")).click()
    expect(page).to_have_url(re.compile(r"product=Hotel\+Meridane"))
    steps.settled(page)
    expect(page.get_by_role("button", name=re.compile(r"^Doxana \(70\)$"))).to_be_visible()
    page.get_by_role(
        "button", name=re.compile(r"^Hotel Meridane.*close|^close.*Hotel Meridane|^Hotel Meridane$")
    ).first.click()
    expect(page).not_to_have_url(re.compile("product="))
    steps.expect_no_sideways_scrolling(page)


def test_the_keyboard_alone_asks_chooses_and_follows_a_citation(desktop: Page) -> None:
    steps.visit(desktop)
    steps.settled(desktop)
    steps.tab_to(desktop, 'input[aria-label="Ask in your own words"]')
    desktop.keyboard.type("Deliveries that came late")
    desktop.keyboard.press("Enter")
    steps.expect_answer(desktop, "Reviews about .*Deliveries that came late")
    steps.tab_to(desktop, '[role="radio"]')
    desktop.keyboard.press("Space")
    steps.expect_answer(desktop, "Reviews about .*Deliveries that came late.* that feel .*angry")
    steps.tab_to(desktop, "a.ml-cite")
    number = desktop.evaluate("document.activeElement.innerText")
    desktop.keyboard.press("Enter")
    expect(desktop.locator(f"#review-{number}")).to_be_in_viewport()
