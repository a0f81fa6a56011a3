"""Messages: reception decides about what failed, a doctor hears of a booking, a patient wants no more of it."""

import email
import re
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from e2e.browsing import Hand
from e2e.conftest import House, Open

pytestmark = [pytest.mark.browser, pytest.mark.mongo_slow("pages are drawn alike on both engines")]

both_ways = pytest.mark.parametrize("variant", ["light", "no script"])


@both_ways
def test_reception_sends_a_message_again(variant: str, open_as: Open, house: House) -> None:
    page = open_as("reception", variant)
    page.goto("/")
    page.get_by_role("link", name="Messages", exact=True).click()
    address = house.at(
        "/messages/{again_with_script}/" if variant == "light" else "/messages/{again_without_script}/"
    )
    row = page.get_by_role("row").filter(has=page.locator(f"a[href='{address}']"))
    expect(row).to_contain_text("Failed")
    expect(row).to_contain_text("550 no such mailbox")
    expect(row.get_by_role("link", name="Lettie Zzletter")).to_be_visible()
    row.get_by_role("button", name="Send again").click()
    expect(page.locator("#messages")).to_contain_text("sent again within a minute")
    expect(row).to_have_count(0)
    page.goto(address)
    expect(page.locator("main")).to_contain_text("Waiting")
    expect(page.locator("main")).to_contain_text("Dear Lettie Zzletter")
    expect(page.get_by_role("button", name="Send again")).to_have_count(0)


@both_ways
def test_a_doctor_hears_of_a_booking(variant: str, open_as: Open, house: House) -> None:
    doctor = open_as("doctor", variant)
    doctor.goto("/")
    before = unread(doctor) if variant == "light" else 0
    visit = book(open_as("reception"), house)
    doctor.goto("/")
    if variant == "light":
        assert unread(doctor) == before + 1
    doctor.locator("#bell").click()
    line = doctor.locator("main .rows > li").first
    expect(line).to_contain_text("Booked:")
    expect(line).to_contain_text("Unread:")
    line.get_by_role("button", name="Open").click()
    expect(doctor).to_have_url(visit)
    doctor.locator("#bell").click()
    expect(doctor.locator("main .rows > li").first).not_to_contain_text("Unread:")
    if variant == "light":
        assert unread(doctor) == before


def unread(page: Page) -> int:
    """What the bell says, once it has asked."""
    expect(page.locator("#bells")).to_have_attribute("hx-trigger", re.compile("^every"))
    count = page.locator("#bell .count")
    return int(count.inner_text()) if count.count() else 0


def book(page: Page, house: House) -> str:
    """Lettie's next visit with the doctor; its address."""
    page.goto(house.at("/appointments/book/?patient={lettie}&doctor={doctor}"))
    Hand(page).press_a_time()
    page.get_by_role("button", name="Book appointment").click()
    expect(page.locator("#messages")).to_contain_text("Booked: Lettie Zzletter")
    return page.url


@both_ways
def test_a_patient_wants_no_more_of_it(variant: str, open_as: Open, house: House) -> None:
    link, choice, said = link_of_a_letter(house.outbox), "Nothing at all", "No messages at all"
    if variant == "no script":
        choice, said = "No reminders", "No reminders"
    page = open_as("", variant)
    page.goto(link)
    expect(page.locator("body")).not_to_contain_text("Lettie")
    page.get_by_label(choice).check()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".message.is-ok")).to_contain_text("Saved")
    page.goto(link)
    expect(page.get_by_label(choice)).to_be_checked()
    page = open_as("reception", variant)
    page.goto(house.at("/patients/{lettie}/messages/"))
    expect(page.get_by_label("Wants").locator("option:checked")).to_have_text(said)


def link_of_a_letter(outbox: Path) -> str:
    """The path of the link to opt out, from a file of a letter to Lettie."""
    for file in outbox.glob("*.eml"):
        letter = email.message_from_bytes(file.read_bytes(), policy=default)
        if "lettie@example.org" in letter["To"]:
            part = letter.get_body(("plain",))
            assert part is not None
            found = re.search(r"(/messages/opt-out/\S+)", part.get_content())
            assert found is not None
            return found[1]
    raise AssertionError("no letter to Lettie")
