"""Jonas writes down what he measured, with the mouse, with the keyboard alone and without scripts."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.browsing import Hand, Keys
from e2e.conftest import House, Open

pytestmark = [
    pytest.mark.browser,
    pytest.mark.mongo_slow("a booking in the browser stands for the record there"),
]


@pytest.mark.parametrize("variant", ["light", "narrow", "no script", "keyboard"])
def test_what_was_measured_is_questioned_written_down_and_drawn(
    variant: str, open_as: Open, house: House
) -> None:
    page = open_as("doctor", variant)
    hand = Keys(page) if variant == "keyboard" else Hand(page)
    hand.go(house.at("/patients/{patient}/"))
    hand.press(page.get_by_role("link", name="Record vitals").first)
    measure(hand)
    hand.press(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Did you mean 70.0?").first).to_be_visible()
    tick(hand, page.get_by_label("I have checked these values"))
    hand.press(page.get_by_role("button", name="Save"))
    expect(page.locator("#messages")).to_contain_text("Written down. NEWS2 5, medium risk.")
    expect(page.locator("#panel-vitals")).to_contain_text("NEWS2: medium risk")

    hand.press(page.locator("#panel-vitals").get_by_role("link", name="Temperature"))
    is_drawn(page, variant)


def measure(hand: Hand) -> None:
    """In the order of the form, so that Tab goes forward only."""
    page = hand.page
    hand.write(page.get_by_label("Breathing rate"), "22")
    hand.write(page.get_by_label("Oxygen saturation"), "94")
    tick(hand, page.get_by_label("Air", exact=True))
    hand.write(page.get_by_label("Systolic blood pressure"), "128")
    hand.write(page.get_by_label("Pulse"), "98")
    tick(hand, page.get_by_label("Alert", exact=True))
    hand.write(page.get_by_label("Temperature"), "38.3")
    hand.write(page.get_by_label("Weight"), "700")


def tick(hand: Hand, target: Locator) -> None:
    if isinstance(hand, Keys):
        hand.reach(target)
        hand.page.keyboard.press("Space")
    else:
        target.check()


def is_drawn(page: Page, variant: str) -> None:
    """By the script where there are scripts, by the server where there are none, and as a table in any case."""
    expect(page).to_have_url(re.compile(r"measure=temperature"))
    expect(page.locator(".uplot canvas")).to_have_count(0 if variant == "no script" else 1)
    expect(page.locator("svg.curve")).to_have_count(1)
    expect(page.get_by_role("row", name=re.compile(r"38\.3 High"))).not_to_have_count(0)
