"""Jonas looks up what guidelines give for a diagnosis: one is blocked with its reason, one is in the draft at a press."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from e2e.browsing import Hand, Keys
from e2e.conftest import House, Open
from e2e.test_every_page import AXE
from e2e.test_prescribing import line, named

pytestmark = [
    pytest.mark.browser,
    pytest.mark.mongo_slow(
        "pages are drawn alike on both engines, and candidates are tried on both without them"
    ),
]
WRITE = "/patients/{treated}/prescriptions/write/"


@pytest.mark.parametrize("variant", ["light", "keyboard", "narrow dark"])
def test_a_candidate_fills_the_next_line(variant: str, open_as: Open, house: House) -> None:
    page = open_as("doctor", variant)
    hand = Keys(page) if variant == "keyboard" else Hand(page)
    page.goto(house.at(WRITE))
    hand.write(page.get_by_label("For what"), "Cough")
    panel = page.get_by_role("region", name="Treatments in guidelines")
    hand.press(panel.get_by_role("link", name="Look up"))
    hand.press(panel.get_by_role("link", name=re.compile(r"^Pneumonia.*J18\.9")))

    is_blocked_with_its_reason(page)
    page.evaluate(AXE_SCRIPT)
    assert page.evaluate(AXE) == []
    hand.press(panel.get_by_role("button", name="Into the draft Doxycycline"))

    expect(named(page, 1, "Medicine")).to_have_value(re.compile("^Doxycycline"))
    expect(named(page, 1, "How often")).to_have_value("bd")
    expect(line(page, 1)).to_contain_text("by mouth twice a day for 5 days")
    expect(page.get_by_label("For what")).to_have_value("Cough")
    hand.press(page.get_by_role("button", name="Save draft").last)
    expect(page).to_have_url(re.compile(r"/prescriptions/[0-9a-f-]{36}/write/$"))


def test_without_script_a_press_begins_a_draft(open_as: Open, house: House) -> None:
    page = open_as("doctor", "no script")
    hand = Hand(page)
    page.goto(house.at(WRITE))
    hand.press(page.get_by_role("link", name="Look up"))
    hand.press(page.get_by_role("link", name=re.compile(r"^Pneumonia.*J18\.9")))

    is_blocked_with_its_reason(page)
    hand.press(page.get_by_role("button", name="Into the draft Doxycycline"))

    expect(page).to_have_url(re.compile(r"/prescriptions/[0-9a-f-]{36}/write/$"))
    expect(named(page, 1, "Medicine")).to_have_value(re.compile("^Doxycycline"))
    expect(page.get_by_label("For what")).to_have_value("Pneumonia, unspecified organism")


def is_blocked_with_its_reason(page: Page) -> None:
    blocked = page.locator(".treatment.is-blocked")
    expect(blocked).to_have_count(1)
    expect(blocked).to_contain_text("Amoxicillin")
    expect(blocked).to_contain_text("Allergic to a penicillin")
    expect(blocked.get_by_role("button")).to_have_count(0)
