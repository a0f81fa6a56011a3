"""A doctor prescribes: by keyboard alone, without JavaScript, warned while writing; and nothing typed is lost."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from e2e.browsing import Hand, Keys, log_in
from e2e.conftest import House, Open
from e2e.test_reception_morning import flaws
from e2e.test_session import log_out_elsewhere

pytestmark = [
    pytest.mark.browser,
    pytest.mark.mongo_slow("a booking in the browser stands for the record there"),
]
RECORD = "/patients/{patient}/"
WRITE = "/patients/{patient}/prescriptions/write/"
TO_SIGN = re.compile(r"/prescriptions/[0-9a-f-]{36}/sign/$")
A_DRAFT = re.compile(r"/prescriptions/[0-9a-f-]{36}/write/$")


def line(page: Page, number: int) -> Locator:
    return page.locator("#lines > li:not(.gone)").nth(number - 1)


def named(page: Page, number: int, label: str) -> Locator:
    return line(page, number).get_by_label(label, exact=True)


def keys(page: Page, *pressed: str) -> None:
    """Names of keys, or a text after a space: " bd"."""
    for one in pressed:
        if one.startswith(" "):
            page.keyboard.type(one[1:])
        else:
            page.keyboard.press(one)


def chooses(page: Page, text: str, medicine: str) -> None:
    """In the field that has the focus, by typing and Enter; the dose comes next."""
    keys(page, f" {text}")
    option = page.get_by_role("option", name=medicine, exact=True)
    expect(option).to_have_attribute("aria-selected", "true")
    keys(page, "Enter")
    expect(page.locator(":focus")).to_have_attribute("name", re.compile("-dose$"))


def test_jonas_prescribes_without_the_mouse(open_as: Open, house: House) -> None:
    page = open_as("doctor", "keyboard")
    page.goto(house.at(RECORD))
    keys(page, "r", "x")
    expect(named(page, 1, "Medicine")).to_be_focused()

    chooses(page, "nurofen 400 tab", "Ibuprofen 400 mg tablet")
    keys(page, " 1", "Tab", "Tab", " tds", "Tab", " 1 week")
    expect(line(page, 1)).to_contain_text("Take 1 tablet by mouth 3 times a day for 7 days. 21 tablets")
    keys(page, "Alt+n")
    chooses(page, "warfarin 5", "Warfarin 5 mg tablet")
    keys(page, " 1", "Tab", "Tab", " 0-0-1", "Tab", " 1 month")
    expect(page.locator(".findings").first).to_contain_text("Ibuprofen 400 mg tablet + Warfarin 5 mg tablet")
    expect(page.locator("#safety-said")).to_contain_text("serious")
    assert flaws(page) == []

    Keys(page).press(line(page, 1).get_by_role("button", name=re.compile("^Remove")))
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    expect(page.locator("#checked")).not_to_contain_text("Ibuprofen 400 mg tablet + Warfarin 5 mg tablet")
    keys(page, "Control+Enter")
    expect(page).to_have_url(TO_SIGN)
    expect(page.locator("main")).to_contain_text("Take 1 tablet by mouth in the evening for 30 days")
    expect(page.locator("main")).not_to_contain_text("Take 1 tablet by mouth 3 times a day")


def test_without_script_the_same_is_done_by_buttons(open_as: Open, house: House) -> None:
    page = open_as("doctor", "no script")
    hand = Hand(page)
    page.goto(house.at(WRITE))
    hand.write(named(page, 1, "Medicine"), "Ibuprofin 400")
    hand.write(named(page, 1, "Dose"), "1")
    hand.write(named(page, 1, "How often"), "thrice")
    hand.press(page.get_by_role("button", name="Add a line"))
    hand.write(named(page, 2, "Medicine"), "Camomile tea")
    hand.press(page.locator("#save"))

    expect(page.locator(".error-summary")).to_contain_text("What you typed is still here.")
    hand.press(page.get_by_role("radio", name="Ibuprofen 400 mg tablet"))
    hand.write(named(page, 1, "How often"), "tds")
    hand.press(line(page, 2).get_by_role("button", name=re.compile("^Remove")))
    expect(page.locator("#lines")).to_contain_text("Removed: Camomile tea")
    hand.press(page.locator("#save"))
    expect(page).to_have_url(A_DRAFT)
    expect(named(page, 1, "Medicine")).to_have_value("Ibuprofen 400 mg tablet")
    expect(page.locator("#safety")).to_contain_text("supports, and decides nothing")


def test_an_older_answer_never_stands_over_a_newer(open_as: Open, house: House) -> None:
    page = open_as("doctor")
    held: list[Route] = []

    def holds_the_first(route: Route) -> None:
        if held:
            route.continue_()
        held.append(route)

    page.route("**/prescriptions/check/", holds_the_first)
    page.goto(house.at(WRITE))
    named(page, 1, "Medicine").fill("Metformin 500 mg tablet")
    with page.expect_request("**/prescriptions/check/"):
        pass
    named(page, 1, "Medicine").fill("Warfarin 5 mg tablet")
    expect(page.locator("#checked")).to_contain_text("Warfarin 5 mg tablet")
    held[0].continue_()
    named(page, 1, "How often").fill("od")
    expect(line(page, 1)).to_contain_text("once a day")
    expect(page.locator("#checked")).not_to_contain_text("Metformin")


def test_a_session_that_ended_meanwhile_costs_no_medicine(open_as: Open, house: House) -> None:
    page = open_as()
    page.goto(house.at(WRITE))
    log_in(Hand(page), "doctor")
    named(page, 1, "Medicine").fill("Metformin 500 mg tablet")
    log_out_elsewhere(open_as("", storage_state=page.context.storage_state()))

    page.locator("#save").click()
    expect(page.locator("#out")).to_contain_text("You have been logged out.")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in (in a new tab)").click()
    log_in(Hand(opened.value), "doctor")
    expect(named(opened.value, 1, "Medicine")).to_be_visible()
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#out")).to_be_empty()
    page.locator("#save").click()
    expect(page).to_have_url(A_DRAFT)
    expect(named(page, 1, "Medicine")).to_have_value("Metformin 500 mg tablet")
