"""The doctor's morning: the day, a record, its trend, the note, a report that came in; and two who write at once."""

import re

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from e2e.browsing import Hand, Keys, log_in
from e2e.conftest import House, Open
from e2e.test_reception_morning import button, flaws, is_now
from e2e.test_session import log_out_elsewhere
from patients.tests import hostile

pytestmark = [
    pytest.mark.browser,
    pytest.mark.mongo_slow("a booking in the browser stands for the record there"),
]
SAVED = re.compile(r"Saved \d\d:\d\d")
FOUND = "38.4 degrees, crackles on the right."
DECIDED = "Chest X-ray today."
REPORT = "Chest X-ray, right lower lobe"


@pytest.mark.parametrize(
    "variant", [pytest.param("light", marks=pytest.mark.soak), "keyboard", "no script"]
)  # by mouse in `make soak`: each press is made by keyboard and without JavaScript too
def test_mia_sees_somebody_from_the_trend_to_the_report(variant: str, open_as: Open, house: House) -> None:
    page = open_as("morning", variant)
    hand = Keys(page) if variant == "keyboard" else Hand(page)
    name = f"Ada Morning{variant.replace(' ', '')}"

    opens_the_day(hand, name)
    opens_the_record(hand, name)
    reads_the_trend(hand, variant)
    goes_back_to_the_record(hand, name)
    begins_the_note_of_the_visit(hand)
    inserts_a_template(hand, "Follow-up (starter text)")
    writes(hand, "Examination", FOUND)
    is_saved(hand, variant)
    writes(hand, "Plan", DECIDED)
    reads_and_signs(hand, variant)
    goes_back_to_the_record(hand, name)
    uploads_the_report(hand, variant)
    goes_back_to_the_record(hand, name)
    finds_the_report(hand, variant)
    finds_the_visit_completed(hand, name)


def opens_the_day(hand: Hand, name: str) -> None:
    hand.go("/")
    is_now_on_the_day(hand.page, name, "Arrived")


def opens_the_record(hand: Hand, name: str) -> None:
    """Straight from the day for who is next, by way of the visit for the others."""
    page = hand.page
    is_next = page.locator(".next-patient").get_by_role("link", name=name)
    if is_next.count():
        hand.press(is_next.first)
    else:
        hand.press(page.locator("tr a.name", has_text=name))
        hand.press(page.locator(".patient").get_by_role("link", name=name))
    expect(page.get_by_role("heading", name="Patient record")).to_be_visible()


def goes_back_to_the_record(hand: Hand, name: str) -> None:
    hand.press(hand.page.locator(".patient").get_by_role("link", name=name))
    expect(hand.page.get_by_role("heading", name="Patient record")).to_be_visible()


def reads_the_trend(hand: Hand, variant: str) -> None:
    """From the temperature on the record to the pulse, whose latest value stands first in the table."""
    page = hand.page
    usable(page, variant)
    hand.press(page.locator("#panel-vitals").get_by_role("link", name="Temperature"))
    values = page.get_by_role("table", name="The same values")
    expect(values.get_by_role("row")).to_have_count(4)
    expect(values.get_by_role("row").nth(1)).to_contain_text("38.0")
    hand.choose(page.get_by_label("Value", exact=True), "Pulse")
    if variant == "no script":
        hand.press(page.get_by_role("button", name="Show"))
    expect(page).to_have_url(re.compile("measure=pulse"))
    expect(values.get_by_role("row").nth(1).get_by_role("cell").nth(1)).to_have_text("97")
    expect(values.get_by_role("row").nth(2)).to_contain_text("104")
    usable(page, variant)


def usable(page: Page, variant: str) -> None:
    """Axe is a script itself."""
    if variant != "no script":
        assert flaws(page) == []


def begins_the_note_of_the_visit(hand: Hand) -> None:
    page = hand.page
    hand.press(page.locator(".page-head").get_by_role("link", name="Write note"))
    hand.press(page.get_by_role("button", name="Write its note"))
    expect(page.get_by_role("heading", name=re.compile("^Note: Appointment"))).to_be_visible()


def inserts_a_template(hand: Hand, name: str) -> None:
    page = hand.page
    hand.choose(page.get_by_label("Template"), name)
    hand.press(page.get_by_role("button", name="Insert"))
    expect(section(page, "Complaint")).to_have_value(re.compile("^Since the last visit:"))
    expect(page.locator("#note-status")).to_contain_text(re.compile("Saved|last written"))


def section(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


def writes(hand: Hand, name: str, text: str) -> None:
    hand.write(section(hand.page, name), text)


def is_saved(hand: Hand, variant: str) -> None:
    """By itself where there is script; the page that is loaded again has it."""
    page = hand.page
    if variant == "no script":
        hand.press(page.get_by_role("button", name="Save", exact=True))
        expect(page.locator("#messages")).to_contain_text("Saved.")
    else:
        expect(page.locator("#id_version")).to_have_value(re.compile(r"[3-9]"))  # begun, inserted, saved
        expect(page.locator("#note-status")).to_contain_text(SAVED)
        assert flaws(page) == []
        page.reload()
    expect(section(page, "Examination")).to_have_value(re.compile(re.escape(FOUND)))


def reads_and_signs(hand: Hand, variant: str) -> None:
    page = hand.page
    hand.press(page.get_by_role("button", name="Read and sign"))
    expect(page.get_by_role("heading", name="Sign this note?")).to_be_visible()
    for text in (FOUND, DECIDED):
        expect(page.locator(".note-text", has_text=text)).to_be_visible()
    usable(page, variant)
    hand.press(page.get_by_role("button", name="Sign", exact=True))
    expect(page.locator("#messages")).to_contain_text("Signed. The visit is completed.")
    expect(page.locator(".signature")).to_contain_text("Signed by Dr Mia Morning")
    expect(page.locator(".signature")).to_contain_text("Checked: this is what was signed.")


def uploads_the_report(hand: Hand, variant: str) -> None:
    """A PDF by the system's own window. Its page comes up, and says what was kept."""
    page = hand.page
    hand.press(page.locator("#panel-documents").get_by_role("link", name="Upload").first)
    expect(page.get_by_role("heading", name="Upload a document")).to_be_visible()
    usable(page, variant)
    hand.give(page.get_by_label("File", exact=True), "xray.pdf", hostile.pdf("Consolidation."))
    hand.write(page.get_by_label("Title"), REPORT)
    hand.choose(page.get_by_label("Kind"), "Report")
    hand.press(page.get_by_role("button", name="Upload"))
    expect(page.locator("#messages")).to_contain_text("Kept in the chart.")
    expect(page.get_by_role("heading", name=REPORT)).to_be_visible()
    usable(page, variant)


def finds_the_report(hand: Hand, variant: str) -> None:
    """On the record, and on the timeline, where it leads to what was uploaded."""
    page = hand.page
    expect(page.locator("#panel-documents").get_by_role("link", name=REPORT)).to_be_visible()
    hand.press(page.get_by_label("Pages of the record").get_by_role("link", name="Timeline"))
    lines = page.locator(".timeline")
    expect(lines).to_contain_text("Signed by Dr Mia Morning")
    usable(page, variant)
    hand.press(lines.get_by_role("link", name=REPORT))
    expect(page.get_by_role("heading", name=REPORT)).to_be_visible()
    downloads(hand)


def downloads(hand: Hand) -> None:
    with hand.page.expect_download() as saved:
        hand.press(hand.page.get_by_role("link", name="Download"))
    assert saved.value.suggested_filename.endswith(".pdf")
    assert saved.value.path().read_bytes() == hostile.pdf("Consolidation.")


def finds_the_visit_completed(hand: Hand, name: str) -> None:
    hand.go("/")
    is_now(hand.page, name, "Completed")


def is_now_on_the_day(page: Page, name: str, word: str) -> None:
    """In the table, or as the next patient above it."""
    where = page.locator("tr, .next-patient").filter(has=page.get_by_role("link", name=name))
    expect(where.locator(".status", has_text=word).first).to_be_visible()


def test_two_write_into_one_draft_and_neither_loses_a_word(open_as: Open, house: House) -> None:
    address = house.at("/patients/{patient}/notes/{shared_note}/write/")
    jonas, nadia = open_as("doctor"), open_as("nurse")
    for page in (jonas, nadia):
        page.goto(address)
    section(nadia, "Plan").fill("Home.")
    expect(nadia.locator("#note-status")).to_contain_text(SAVED)

    section(jonas, "Plan").fill("To the ward.")
    expect(jonas.locator("#note-status")).to_contain_text("Not saved:")
    expect(section(jonas, "Plan")).to_have_value("To the ward.")
    expect(section(jonas, "Plan")).to_be_focused()
    expect(jonas.locator("#theirs-plan")).to_contain_text("Home.")
    assert flaws(jonas) == []
    button(jonas, "Save mine over it").click()
    expect(jonas.locator("#note-status")).to_contain_text(SAVED)
    expect(jonas.locator("#theirs-plan")).to_be_empty()

    section(nadia, "Plan").fill("Home, with tea.")
    expect(nadia.locator("#theirs-plan")).to_contain_text("To the ward.")
    nadia.get_by_role("link", name="Take theirs").click()
    expect(section(nadia, "Plan")).to_have_value("To the ward.")


def test_a_session_that_ended_meanwhile_costs_no_word(open_as: Open, house: House) -> None:
    page = open_as()
    address = house.at("/patients/{patient}/notes/{draft_note}/write/")
    page.goto(address)
    log_in(Hand(page), "doctor")
    expect(section(page, "Plan")).to_be_visible()
    log_out_elsewhere(open_as("", storage_state=page.context.storage_state()))

    section(page, "Assessment").fill("Written after the session had ended.")
    expect(page.locator("#note-status")).to_contain_text("you have been logged out")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log in (in a new tab)").click()
    log_in(Hand(opened.value), "doctor")
    expect(section(opened.value, "Plan")).to_be_visible()
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(page.locator("#note-status")).to_contain_text(SAVED)
    opened.value.goto(address)
    expect(section(opened.value, "Assessment")).to_have_value("Written after the session had ended.")


def test_what_could_not_be_saved_is_not_left_behind_in_silence(open_as: Open, house: House) -> None:
    page = open_as("doctor", watched=False)
    page.goto(house.at("/patients/{patient}/notes/{draft_note}/write/"))
    asked: list[str] = []

    def leaves(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leaves)
    page.context.set_offline(offline=True)
    section(page, "Plan").type("More. ")
    expect(page.locator("#note-status")).to_contain_text("Not saved: the server could not be reached.")
    page.context.set_offline(offline=False)
    page.get_by_role("link", name="Today").click()
    page.wait_for_url(f"{house.address}/")
    assert asked == ["beforeunload"]

    page.goto(house.at("/patients/{patient}/notes/{draft_note}/write/"))
    section(page, "Plan").type("More. ")
    expect(page.locator("#note-status")).to_contain_text(SAVED)
    page.get_by_role("link", name="Today").click()
    page.wait_for_url(f"{house.address}/")
    assert asked == ["beforeunload"]
