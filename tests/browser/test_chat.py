"""A conversation in a real browser: mood, correction, verdict, download, photo, forgetting, reviews, a cry for help."""

import json
import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import steps

PLACEHOLDER = "Write, or ask about reviews …"


def say(page: Page, words: str, replies: int) -> Locator:
    """Write a message and wait for the reply to it, the `replies`-th; return the reply."""
    box = page.get_by_placeholder(PLACEHOLDER)
    box.fill(words)
    box.press("Enter")
    return answered(page, replies)


def answered(page: Page, replies: int) -> Locator:
    """Wait until the `replies`-th reply is complete, with what belongs to it; return it."""
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2 * replies)
    expect(page.get_by_text(re.compile(r"reply: |summary: |A fixed text|Counted in"))).to_have_count(replies)
    steps.settled(page)
    return page.get_by_test_id("stChatMessage").nth(2 * replies - 1)


def test_a_mood_that_moves_and_a_correction(page: Page) -> None:
    steps.visit(page, "/chat")
    expect(page.get_by_text("You are writing with an AI program")).to_be_visible()
    say(page, "I am so sad today", 1)
    expect(say(page, "Now I am so happy, my sister came to see me!", 2)).to_be_in_viewport()
    chart = page.get_by_test_id("stVegaLiteChart")
    expect(chart.locator("canvas, svg").first).to_be_visible()
    steps.expect_no_sideways_scrolling(page)

    words = page.get_by_test_id("stChatMessage").nth(1).get_by_role("paragraph").first
    before = words.inner_text()
    page.get_by_role("button", name=re.compile(r"sad · \d+")).click()
    page.get_by_role("radio", name=re.compile("happy")).click()
    expect(page.get_by_role("button", name=re.compile("happy · your choice"))).to_be_visible()
    expect(page.get_by_text("Answered again with your correction.")).to_be_visible()
    expect(words).not_to_have_text(before)
    expect(page.get_by_role("radio", name=re.compile("happy"))).to_have_count(0)


def test_a_verdict_goes_into_the_download_and_forgetting_begins_anew(desktop: Page) -> None:
    steps.visit(desktop, "/chat")
    desktop.get_by_role("button", name="I had a rough day.").click()
    answered(desktop, 1)
    desktop.get_by_role("radio", name="Thumbs down").click()
    reason = desktop.get_by_role("button", name="Too general")
    reason.click()
    expect(reason).to_have_attribute("aria-pressed", "true")
    steps.settled(desktop)
    desktop.get_by_role("button", name=re.compile("Download")).click()
    with desktop.expect_download() as download:
        desktop.get_by_role("button", name="As JSON").click()
    told = json.loads(download.value.path().read_text("utf-8"))
    assert [exchange["user_input"]["text"] for exchange in told["exchanges"]] == ["I had a rough day."]
    assert told["feedback"] == [{"exchange": 0, "rating": "down", "reasons": ["Too general"]}]

    desktop.keyboard.press("Escape")
    desktop.get_by_role("button", name="Forget this conversation").click()
    expect(desktop.get_by_test_id("stChatMessage")).to_have_count(0)
    expect(desktop.get_by_role("button", name="I had a rough day.")).to_be_visible()
    say(desktop, "Hello, I am glad today", 1)
    expect(desktop.get_by_test_id("stChatMessage").first).to_contain_text("Hello, I am glad today")


def test_a_photo_comes_along(desktop: Page, face_photo: bytes) -> None:
    steps.visit(desktop, "/chat")
    with desktop.expect_response(re.compile("upload_file")):  # Enter is ignored while the photo is on its way
        desktop.get_by_test_id("stChatInput").locator('input[type="file"]').set_input_files(
            {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": face_photo}
        )
    expect(desktop.get_by_test_id("stChatInput").get_by_text("me.jpg")).to_be_visible()
    say(desktop, "I am so happy today!", 1)
    expect(desktop.get_by_alt_text("The photo that came with this message")).to_be_visible()
    expect(desktop.get_by_role("button", name=re.compile("happy · .*words and photo"))).to_be_visible()


def test_questions_are_answered_from_the_reviews(desktop: Page) -> None:
    steps.visit(desktop, "/chat")
    say(desktop, "What do customers complain about most?", 1)
    desktop.get_by_text(re.compile(r"The \d+ reviews? behind this")).click()
    expect(steps.cards(desktop).first).to_be_visible()


def test_a_cry_for_help_is_answered_with_helplines(page: Page) -> None:
    steps.visit(page, "/chat")
    reply = say(page, "I don't want to live any more", 1)
    for number in ("988", "116 123", "13 11 14", "findahelpline.com"):
        expect(reply).to_contain_text(number)
    expect(page.get_by_test_id("stFeedback")).to_have_count(0)
    steps.expect_no_sideways_scrolling(page)
