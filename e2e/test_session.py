"""What outlives a click: a session that ended meanwhile, the chosen colours, paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.browsing import Hand, log_in
from e2e.conftest import House, Open

pytestmark = [
    pytest.mark.browser,
    pytest.mark.mongo_slow("sessions are tested on both engines without a browser"),
]


def test_a_search_after_the_session_ended_leads_to_log_in_and_back(open_as: Open, house: House) -> None:
    page = open_as()
    page.goto("/patients/")
    log_in(Hand(page), "reception")
    search = page.locator("main").get_by_role("searchbox")
    expect(search).to_be_visible()
    log_out_elsewhere(open_as("", storage_state=page.context.storage_state()))

    search.press_sequentially("Zzgone")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    log_in(Hand(page), "reception")
    expect(page).to_have_url(re.compile(r"/patients/\?(.*&)?q=Zz"))
    expect(page.locator("#results").get_by_role("link", name="Zzgone")).to_be_visible()


def log_out_elsewhere(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


@pytest.mark.parametrize("variant", ["light", "no script"])
def test_the_chosen_colours_stay(variant: str, open_as: Open) -> None:
    page = open_as("nurse", variant)
    page.goto("/doctors/")
    expect(page.locator("body")).to_have_css("background-color", "rgb(243, 246, 246)")
    page.get_by_text("Account menu").locator("xpath=ancestor::summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(re.compile(r"/doctors/$"))
    for _ in range(2):
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        expect(page.locator("body")).to_have_css("background-color", "rgb(14, 22, 24)")
        page.reload()


def test_the_day_on_paper_has_no_navigation(open_as: Open, house: House) -> None:
    page = open_as("reception", "dark")
    page.goto(house.at("/appointments/day/?on={visit_day}&doctor={doctor}"))
    expect(page.locator(".sidebar")).to_be_visible()
    page.emulate_media(media="print")
    for gone in (".sidebar", ".topbar", ".filters", ".page-head .actions", ".toast-area"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(
        page.locator(".day-grid .appt, .day-list li").filter(has_text="Zzevil").filter(visible=True)
    ).to_have_count(1)
    expect(page.locator("body")).to_have_css("background-color", re.compile("255, 255, 255|0, 0, 0, 0"))
