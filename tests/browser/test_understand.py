"""Understand in a real browser: its four tabs, at desktop and at phone width."""

from playwright.sync_api import Page, expect

from tests.browser import steps


def open_tab(page: Page, name: str) -> None:
    """Open a tab of the page and wait until it is drawn."""
    page.get_by_role("tab", name=name, exact=True).click()
    steps.settled(page)


def test_a_visitor_understands_a_library(page: Page) -> None:
    steps.visit(page, "/understand")
    expect(page.get_by_text("Reviews of each theme")).to_be_visible()
    expect(page.locator("#quote-1")).to_be_visible()
    steps.settled(page)
    steps.expect_no_sideways_scrolling(page)
    open_tab(page, "Trends")
    expect(page.get_by_text("dated reviews by month")).to_be_visible()
    steps.expect_no_sideways_scrolling(page)
    open_tab(page, "Compare")
    expect(page.get_by_text("Themes that differ most")).to_be_visible()
    expect(page.locator("#side1-1")).to_be_visible()
    steps.expect_no_sideways_scrolling(page)
    open_tab(page, "Map")
    expect(page.get_by_text("700 reviews, each a point")).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_be_visible()
    steps.expect_no_sideways_scrolling(page)
