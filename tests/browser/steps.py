"""What a visitor does and sees, in the page's own words."""

import re

from playwright.sync_api import Locator, Page, expect

PAGES = {
    "/": "What do your customers feel?",
    "/understand": "What are your reviews about?",
    "/reviews": "Your reviews",
    "/chat": "Chat",
    "/models": "Models",
}


def visit(page: Page, path: str = "/") -> None:
    """Open a page and wait for its title."""
    page.goto(path)
    expect(page.get_by_role("heading", name=PAGES[path.split("?")[0]], exact=True, level=1)).to_be_visible()


def settled(page: Page) -> None:
    """Wait until the server has finished the page and the browser has drawn it."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def show_photo(page: Page, photo: bytes, name: str = "photo.jpg") -> None:
    """Put a photo into the uploader of the Explore page."""
    page.locator('input[type="file"]').first.set_input_files({"name": name, "mimeType": "image/jpeg", "buffer": photo})


def ask(page: Page, words: str) -> None:
    """Type a question and press Enter."""
    box = page.get_by_role("textbox", name="Ask in your own words")
    box.fill(words)
    box.press("Enter")


def pick_emotion(page: Page, emotion: str) -> None:
    """Choose one of the seven emotions (a click on the one that is chosen would let go of it)."""
    page.get_by_role("radio", name=re.compile(rf"^\W*{emotion}$")).check()


def cards(page: Page) -> Locator:
    """The reviews that were found."""
    return page.locator("article.ml-card")


def expect_answer(page: Page, heading: str) -> None:
    """Expect the answer to a question: its heading, ten reviews, and a summary whose citations lead to them."""
    expect(page.get_by_role("heading", name=re.compile(heading), level=2)).to_be_visible()
    expect(cards(page)).to_have_count(10)
    settled(page)
    citations = page.locator("a.ml-cite")
    expect(citations.first).to_be_visible()
    targets = {citation.get_attribute("href") for citation in citations.all()}
    assert targets <= {f"#review-{number}" for number in range(1, 11)}
    expect(page.get_by_text("Sentiment of these reviews")).to_be_visible()


def expect_no_sideways_scrolling(page: Page) -> None:
    """Expect that the page is not wider than the window."""
    too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert too_wide <= 0


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until an element that fits the selector has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached with Tab.")
