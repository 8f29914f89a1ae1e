"""A conversation in a real browser: correcting, judging, taking along and forgetting it."""

import json
import re
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from chat.exchange import Conversation
from tests.browser import steps

PLACEHOLDER = "Write something, or ask what customers say …"


def say(page: Page, words: str, replies: int) -> None:
    """Write a message and wait for the reply to it, the `replies`-th."""
    box = page.get_by_placeholder(PLACEHOLDER)
    box.fill(words)
    box.press("Enter")
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2 * replies)
    steps.settled(page)


def test_a_suggestion_a_correction_and_a_verdict(page: Page) -> None:
    steps.visit(page, "/chat")
    page.get_by_role("button", name="I had a rough day.").click()
    expect(page.get_by_test_id("stChatMessage")).to_have_count(2)
    steps.settled(page)
    before = page.get_by_test_id("stChatMessage").nth(1).inner_text()
    page.get_by_test_id("stPopover").first.get_by_role("button").click()
    page.get_by_role("radio", name=re.compile("angry")).click()
    expect(page.get_by_role("button", name=re.compile("angry · your choice"))).to_be_visible()
    steps.settled(page)
    page.keyboard.press("Escape")
    assert page.get_by_test_id("stChatMessage").nth(1).inner_text() != before
    page.get_by_test_id("stFeedback").get_by_role("button").last.click()
    expect(page.get_by_text("Why? (stays in this session, and in your download)")).to_be_visible()
    page.get_by_text("Too general", exact=True).click()
    steps.settled(page)
    steps.expect_no_sideways_scrolling(page)


def test_a_conversation_is_taken_along_and_forgotten(desktop: Page, tmp_path: Path) -> None:
    steps.visit(desktop, "/chat")
    say(desktop, "I am so worried about my exam tomorrow.", 1)
    say(desktop, "I passed my exam, I am so happy!", 2)
    expect(desktop.get_by_text("How your messages sounded")).to_be_visible()
    desktop.get_by_role("button", name="Download").click()
    with desktop.expect_download() as started:
        desktop.get_by_role("button", name="As JSON").click()
    path = tmp_path / "conversation.json"
    started.value.save_as(path)
    told = Conversation.model_validate(json.loads(path.read_text("utf-8")))
    said = [exchange.user_input.text for exchange in told.exchanges]
    assert said == ["I am so worried about my exam tomorrow.", "I passed my exam, I am so happy!"]
    desktop.keyboard.press("Escape")
    desktop.get_by_role("button", name="Forget this conversation").click()
    expect(desktop.get_by_test_id("stChatMessage")).to_have_count(0)
    steps.settled(desktop)
    assert "exam" not in desktop.content()
    assert desktop.url.endswith("/chat")


def test_a_cry_for_help_is_answered_with_helplines(page: Page) -> None:
    steps.visit(page, "/chat")
    say(page, "I don't want to live any more", 1)
    reply = page.get_by_test_id("stChatMessage").nth(1)
    for number in ("988", "116 123", "13 11 14", "findahelpline.com"):
        expect(reply).to_contain_text(number)
    expect(page.get_by_test_id("stFeedback")).to_have_count(0)
    steps.expect_no_sideways_scrolling(page)


def test_a_photo_comes_along(desktop: Page, face_photo: bytes) -> None:
    steps.visit(desktop, "/chat")
    attached: FilePayload = {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": face_photo}
    desktop.get_by_test_id("stChatInput").locator('input[type="file"]').set_input_files(attached)
    say(desktop, "Look at me, I am so happy today!", 1)
    expect(desktop.get_by_role("button", name=re.compile("happy .* words and photo"))).to_be_visible()
    expect(desktop.get_by_role("img", name="The photo that came with this message")).to_be_visible()
