"""Rosa registers a patient and books a doctor's time; nobody else gets it."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.browsing import Hand, Keys, a_name, log_in
from e2e.conftest import Open

pytestmark = pytest.mark.browser
ELSEWHERE = pytest.mark.mongo_slow("the browser's variants do not differ by engine")


@pytest.mark.parametrize(
    "variant",
    [
        "light",
        pytest.param("dark", marks=pytest.mark.soak),
        *(pytest.param(name, marks=ELSEWHERE) for name in ("narrow", "no script", "keyboard")),
    ],
)
def test_rosa_registers_somebody_and_books_a_time_that_nobody_else_gets(variant: str, open_as: Open) -> None:
    page = open_as(variant=variant)
    hand = Keys(page) if variant == "keyboard" else Hand(page)
    hand.go("/")
    log_in(hand, "reception")
    expect(page.get_by_role("link", name="Book appointment").first).to_be_visible()

    family_name = a_name()
    register(hand, family_name)
    hand.search(family_name)
    hand.press(page.locator("#results").get_by_role("link", name=family_name))
    hand.press(page.locator("main").get_by_role("link", name=re.compile("^Book")).first)
    hand.press(page.get_by_role("link", name="More times").nth(3))
    doctor = page.get_by_role("heading", name="Time with").inner_text().partition("with ")[2]
    hand.press_a_time()
    hand.write(page.get_by_label("Reason for the visit"), "Cough")

    other = another_window_at_the_same_time(page, variant)
    hand.press(page.get_by_role("button", name="Book appointment"))
    expect(page.locator("#messages")).to_contain_text(f"Booked: Ottilie {family_name}")
    hand.press(page.get_by_label("Breadcrumb").get_by_role("link", name="Appointments"))
    hand.choose(
        page.get_by_label("Doctor", exact=True), doctor
    )  # in the morning more are here than a day shows
    hand.press(page.get_by_role("button", name="Show", exact=True))
    shown = page.locator(".day-grid, .day-list").get_by_role("link", name=family_name)
    expect(shown.filter(visible=True)).to_have_count(1)

    refused_and_given_another_time(other)


def register(hand: Hand, family_name: str) -> None:
    page = hand.page
    hand.press(page.get_by_role("link", name=re.compile("^Register a (new )?patient")).first)
    hand.write(page.get_by_label("Given name"), "Ottilie")
    hand.write(page.get_by_label("Family name"), family_name)
    hand.write_date(page.get_by_label("Date of birth"), 1959, 3, 3)
    hand.choose(page.get_by_label("Sex"), "Female")
    hand.press(page.get_by_role("button", name="Register"))
    expect(page.locator("#messages")).to_contain_text("Registered. The medical record number is NF-")


def another_window_at_the_same_time(page: Page, variant: str) -> Hand:
    """At the next desk the same time was chosen, for a patient who is registered on the way."""
    other = page.context.new_page()
    hand = Keys(other) if variant == "keyboard" else Hand(other)
    hand.go(re.sub(r"patient=[^&]+&?", "", page.url))
    register(hand, a_name())
    hand.write(other.get_by_label("Reason for the visit"), "Knee pain, kept")
    return hand


def refused_and_given_another_time(hand: Hand) -> None:
    page = hand.page
    hand.press(page.get_by_role("button", name="Book appointment"))
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("taken")
    expect(page.get_by_label("Reason for the visit")).to_have_value("Knee pain, kept")
    hand.press(refusal.locator("a.btn-plain").first)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_label("Reason for the visit")).to_have_value("Knee pain, kept")
    hand.press(page.get_by_role("button", name="Book appointment"))
    expect(page.locator("#messages")).to_contain_text("Booked:")
