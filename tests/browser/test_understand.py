"""Understand in a real browser: its four tabs, at desktop and at phone width, and a region of the map."""

import re

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


def test_a_region_drawn_on_the_map_becomes_a_list(desktop: Page) -> None:
    steps.visit(desktop, "/understand")
    steps.settled(desktop)
    open_tab(desktop, "Map")
    expect(desktop.locator(".js-plotly-plot .nsewdrag").first).to_be_visible()
    desktop.get_by_role("radio", name="Select reviews").click()
    desktop.wait_for_function("document.querySelector('.js-plotly-plot')?._fullLayout?.dragmode === 'lasso'")
    steps.settled(desktop)
    plot = desktop.locator(".js-plotly-plot .nsewdrag").first
    plot.scroll_into_view_if_needed()
    frame = plot.bounding_box()
    assert frame is not None
    across, down = frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2
    desktop.mouse.move(across - 150, down - 120)
    desktop.mouse.down()
    for x, y in ((150, -120), (150, 120), (-150, 120), (-150, -110)):
        desktop.mouse.move(across + x, down + y, steps=6)
    desktop.mouse.up()
    expect(desktop.get_by_role("heading", name=re.compile(r"^\d+ reviews selected$"))).to_be_visible()
    expect(desktop.locator("#map-1")).to_be_visible()
    desktop.get_by_role("button", name="Open in Explore").click()
    expect(desktop.get_by_text(re.compile(r"Only the \d+ reviews of a part of the map are searched"))).to_be_visible()
