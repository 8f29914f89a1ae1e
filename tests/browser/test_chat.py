"""A conversation in a real browser: a cry for help."""

from playwright.sync_api import Page, expect

from tests.browser import steps

PLACEHOLDER = "Write something, or ask what customers say …"


def say(page: Page, words: str, replies: int) -> None:
    """Write a message and wait for the reply to it, the `replies`-th."""
    box = page.get_by_placeholder(PLACEHOLDER)
    box.fill(words)
    box.press("Enter")
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2 * replies)
    steps.settled(page)


def test_a_cry_for_help_is_answered_with_helplines(page: Page) -> None:
    steps.visit(page, "/chat")
    say(page, "I don't want to live any more", 1)
    reply = page.get_by_test_id("stChatMessage").nth(1)
    for number in ("988", "116 123", "13 11 14", "findahelpline.com"):
        expect(reply).to_contain_text(number)
    expect(page.get_by_test_id("stFeedback")).to_have_count(0)
    steps.expect_no_sideways_scrolling(page)
