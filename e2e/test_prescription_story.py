"""A prescription from the first word to the counter: warned, changed, overridden, signed by two, dispensed, verified."""

import re
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from e2e.browsing import PASSWORD, Hand, Keys
from e2e.conftest import House, Open
from e2e.test_doctors_morning import usable
from e2e.test_prescribing import A_DRAFT, TO_SIGN, line, named
from e2e.test_reception_morning import row

pytestmark = [
    pytest.mark.browser,
    pytest.mark.mongo_slow("a booking in the browser stands for the record there"),
]
SILDENAFIL = "Sildenafil 50 mg tablet"
NITRATE = "Isosorbide mononitrate 40 mg prolonged-release tablet"
TOO_MUCH = "200 mg of Sildenafil at once; the most is 100 mg."
REASON = "Both never on one day; he has read it and agrees."


@pytest.mark.parametrize(
    "variant", [pytest.param("light", marks=pytest.mark.soak), "keyboard", "no script"]
)  # by mouse in `make soak`: each press is made by keyboard and without JavaScript too
def test_a_prescription_from_the_first_word_to_the_counter(variant: str, open_as: Open, house: House) -> None:
    hands = {who: hand_of(who, variant, open_as) for who in ("doctor", "colleague", "pharmacy")}
    name = f"Ada Story{variant.replace(' ', '')}"

    jonas = hands["doctor"]
    jonas.go(house.at(f"/patients/{{story {variant}}}/prescriptions/write/"))
    is_warned_and_changes_the_dose(jonas, variant)
    is_warned_of_two_together(jonas, variant)
    overrides_with_a_reason(jonas, variant)
    agrees(hands["colleague"], name, variant)

    paper = reads_the_square(jonas)
    stranger = open_as("", variant)
    says(stranger, paper, "Genuine, and valid today.")
    says(stranger, paper[:-2] + ("0/" if paper[-2] != "0" else "1/"), "We cannot confirm this prescription.")

    piotr = hands["pharmacy"]
    finds_it_in_the_queue(piotr, name)
    hands_out(piotr, "2", "The rest stays for another time.")
    usable(piotr.page, variant)
    takes_back(piotr, SILDENAFIL)
    hands_out(piotr, "7", "Nothing is left of this prescription.")
    says(stranger, paper, "All of it has been handed out.")


def hand_of(who: str, variant: str, open_as: Open) -> Hand:
    page = open_as(who, variant)
    return Keys(page) if variant == "keyboard" else Hand(page)


def writes_line(hand: Hand, number: int, medicine: str, dose: str, often: str) -> None:
    hand.write(named(hand.page, number, "Medicine"), medicine)
    hand.write(named(hand.page, number, "Dose"), dose)
    hand.write(named(hand.page, number, "How often"), often)
    hand.write(named(hand.page, number, "How long"), "7")


def is_checked(hand: Hand, variant: str) -> None:
    """By itself where there is script."""
    if variant == "no script":
        hand.press(hand.page.locator("#save"))
        expect(hand.page).to_have_url(A_DRAFT)


def is_warned_and_changes_the_dose(hand: Hand, variant: str) -> None:
    page = hand.page
    writes_line(hand, 1, SILDENAFIL, "4", "od")
    is_checked(hand, variant)
    expect(page.locator("#checked")).to_contain_text(TOO_MUCH)
    retypes(hand, "Dose", "1")
    is_checked(hand, variant)
    expect(page.locator("#checked")).not_to_contain_text(TOO_MUCH)
    expect(line(page, 1)).to_contain_text("Take 1 tablet by mouth once a day for 7 days. 7 tablets")


def retypes(hand: Hand, label: str, text: str) -> None:
    """Whatever stood there goes."""
    field = named(hand.page, 1, label)
    if isinstance(hand, Keys):
        goes_back_to(hand, 1, label)
        hand.page.keyboard.press("Control+a")
        hand.page.keyboard.type(text)
    else:
        field.fill(text)


def goes_back_to(hand: Keys, number: int, label: str) -> None:
    """Against the order of Tab."""
    field = named(hand.page, number, label)
    for _ in range(12):
        hand.page.keyboard.press("Shift+Tab")
        if field.evaluate("it => it === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead back to {label}")


def is_warned_of_two_together(hand: Hand, variant: str) -> None:
    page = hand.page
    hand.press(page.get_by_role("button", name="Add a line"))
    writes_line(hand, 2, NITRATE, "1", "od")
    is_checked(hand, variant)
    finding = page.locator("#checked .finding.is-danger")
    expect(finding).to_contain_text("Needs a second signature.")
    for medicine in (SILDENAFIL, NITRATE):
        expect(finding).to_contain_text(medicine)
    expect(page.locator("#safety-said")).to_contain_text("contraindicated")
    usable(page, variant)


def overrides_with_a_reason(hand: Hand, variant: str) -> None:
    """Not without one: the page asks, and keeps what was chosen."""
    page = hand.page
    hand.press(page.locator("#sign"))
    expect(page).to_have_url(TO_SIGN)
    hand.write(page.get_by_label("Your password"), PASSWORD)
    hand.press(page.get_by_role("button", name="Sign", exact=True))
    expect(page.locator("main")).to_contain_text("Choose a reason, or change the prescription.")
    usable(page, variant)

    hand.choose(page.get_by_label(re.compile("^Why do you sign")), "The benefit outweighs the risk")
    hand.write(page.get_by_label("In words"), REASON)
    hand.write(page.get_by_label("Your password"), PASSWORD)
    hand.press(page.get_by_role("button", name="Sign", exact=True))
    expect(page.locator("#messages")).to_contain_text("It is valid when another doctor has given the second")
    expect(page.locator("main")).to_contain_text("This prescription waits for the second signature.")


def agrees(hand: Hand, name: str, variant: str) -> None:
    page = hand.page
    hand.go("/prescriptions/to-sign/")
    hand.press(page.get_by_role("link", name=re.compile(f"^Read and sign ?: {name}")))
    expect(page.locator("main")).to_contain_text(REASON)
    usable(page, variant)
    hand.write(page.get_by_label("Your password"), PASSWORD)
    hand.press(page.get_by_role("button", name="Agree and sign"))
    expect(page.locator("#messages")).to_contain_text("Signed. The prescription is valid now.")


def reads_the_square(hand: Hand) -> str:
    """What a camera reads on the first page of the paper: the path of an address."""
    page = hand.page
    page.reload()
    address = page.get_by_role("link", name="PDF").get_attribute("href")
    paper = pypdfium2.PdfDocument(page.request.get(address or "").body())
    [found] = zxingcpp.read_barcodes(paper[0].render(scale=3).to_pil())
    return urlsplit(found.text).path


def says(stranger: Page, paper: str, words: str) -> None:
    stranger.goto(paper)
    expect(stranger.locator("main")).to_contain_text(words)
    for secret in ("Ada", "Sildenafil", "Weber"):
        expect(stranger.locator("main")).not_to_contain_text(secret)


def finds_it_in_the_queue(hand: Hand, name: str) -> None:
    page = hand.page
    hand.go("/prescriptions/queue/")
    hand.write(page.get_by_label("Code from the paper, or the patient"), name)
    hand.press(page.get_by_role("button", name="Search"))
    expect(row(page, name)).to_contain_text("7 tablets")
    hand.press(row(page, name).get_by_role("link", name="Dispense"))
    expect(page.locator("main")).to_contain_text(REASON)


def hands_out(hand: Hand, quantity: str, words: str) -> None:
    """So many of the first medicine, and whatever is left of the others."""
    page = hand.page
    hand.write(page.locator("input[name$='.quantity']").first, quantity)
    hand.press(page.get_by_role("button", name="Hand out"))
    expect(page.locator("#messages")).to_contain_text(words)


def takes_back(hand: Hand, medicine: str) -> None:
    page = hand.page
    hand.press(page.get_by_role("link", name=re.compile(f"^Take back ?: .*{medicine}")))
    expect(page.get_by_role("heading", name="Take this back?")).to_be_visible()
    hand.write(page.get_by_label("Reason"), "Not collected")
    hand.press(page.get_by_role("button", name="Take back"))
    expect(page.locator("#messages")).to_contain_text("Taken back. It is in stock again")
    expect(page.locator(".given .back")).to_contain_text("Not collected")
