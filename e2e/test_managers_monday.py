"""A manager's Monday: the dashboard, what a figure means, the visits behind it, statistics by department, a file."""

import csv
import io
import re
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from e2e.browsing import Hand, Keys
from e2e.conftest import House, Open
from e2e.test_every_page import AXE, FLAWS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.mongo_slow("a booking in the browser stands for the desk there"),
]


def flaws(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    return [*page.evaluate(FLAWS), *page.evaluate(AXE)]


def points_at_a_day(page: Page) -> None:
    """What the picture says of the day under the pointer is what the table says."""
    visits = page.locator("figure", has=page.locator("figcaption", has_text="Visits"))
    table = page.locator("#figures ~ details tbody tr td:nth-child(2)").all_text_contents()
    most = max(table, key=int)
    assert most != "0"
    over = visits.locator(".u-over")
    wide = over.evaluate("(box) => box.clientWidth")
    over.hover(position={"x": (table.index(most) + 0.5) * wide / len(table), "y": 5})
    expect(visits.locator(".reading")).to_have_text(re.compile(rf": {most}$"))
    page.evaluate("""window.drawn = document.querySelector('.uplot')
        htmx.ajax('GET', location.pathname, {source: '#figures', target: '#figures'})""")
    page.wait_for_function(
        "window.drawn !== document.querySelector('.uplot')"
    )  # as it does every half minute
    expect(visits.locator(".reading")).to_have_text(re.compile(rf": {most}$"))
    page.mouse.move(0, 0)
    expect(visits.locator(".reading")).to_have_text("")


@pytest.mark.parametrize("variant", ["dark", "keyboard", "no script"])
def test_mona_looks_what_happened(variant: str, open_as: Open, house: House) -> None:
    page = open_as("manager", variant)
    hand = Keys(page) if variant == "keyboard" else Hand(page)
    hand.go("/")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    expect(page.locator("#figures")).to_contain_text(re.compile(r"counted at \d\d:\d\d:\d\d"))
    expect(page.get_by_role("heading", name="Licences of doctors")).to_be_visible()
    if variant == "dark":
        assert flaws(page) == []
        points_at_a_day(page)
    expect(page.locator("#figures .uplot")).to_have_count(0 if variant == "no script" else 4)

    hand.press(page.locator("#month-no_show_rate"))
    expect(page).to_have_url(re.compile("#about-no_show_rate$"))
    expect(page.locator("#about-no_show_rate")).to_be_in_viewport()

    hand.press(page.locator("#month-go-completed"))
    expect(page.get_by_role("heading", name="Visits behind a figure")).to_be_visible()
    expect(page.get_by_label("Which")).to_have_value("completed")
    if variant == "dark":
        assert flaws(page) == []

    hand.press(page.get_by_role("link", name="These days in figures"))
    expect(page.get_by_role("heading", name="Appointments in figures")).to_be_visible()
    department = page.get_by_label("Department", exact=True)
    department.select_option(index=1)
    chosen = department.locator("option:checked").inner_text()
    if variant == "no script":
        hand.press(page.get_by_role("button", name="Show"))
    expect(page.locator(".period")).to_contain_text(chosen)
    expect(page).to_have_url(re.compile("department="))
    if variant == "dark":
        assert flaws(page) == []
        with page.expect_download() as saved:
            page.get_by_role("link", name=re.compile("CSV ?: Over time")).click()
        text = Path(saved.value.path()).read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[0][:2] == ["Day", "Visits"]
        assert len(rows) == 31
        for address in ("/analytics/revenue/", "/analytics/patients/", "/analytics/prescriptions/"):
            hand.go(address)
            assert flaws(page) == []
