"""The cashier's day: what waits is billed, paid in two ways, printed, given back with a second person; the till is counted."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.browsing import Hand, Keys
from e2e.conftest import Open
from e2e.test_doctors_morning import usable
from e2e.test_prescription_story import hand_of
from e2e.test_reception_morning import row

pytestmark = [
    pytest.mark.browser,
    pytest.mark.mongo_slow("a payment in the browser stands for the desk there"),
]
NUMBER = re.compile(r"[A-Z0-9]+(?:-[A-Z])?-\d{4}-\d{6}")


@pytest.mark.parametrize("variant", ["keyboard", pytest.param("no script", marks=pytest.mark.soak)])
def test_a_day_at_the_till(variant: str, open_as: Open) -> None:
    carla, marek = (hand_of(who, variant, open_as) for who in ("cashier", "manager"))
    name = f"Ada Till{variant.replace(' ', '')}"

    bills_what_waits(carla, name)
    issues(carla)
    takes_cash_and_card(carla, variant)
    looks_at_the_receipt(carla, variant)
    asks_for_money_back(carla)
    approves(marek, name)
    pays_it_out(carla, variant)
    counts_the_till(carla, variant)


def bills_what_waits(hand: Hand, name: str) -> None:
    page = hand.page
    hand.go("/billing/desk/")
    hand.press(page.get_by_role("link", name=re.compile(f"^Bill ?{name}$")))
    for what in ("Plaster cast", "Crutches"):
        expect(page.get_by_role("checkbox", name=what)).to_be_checked()
    hand.press(page.get_by_role("button", name="Put on an invoice"))
    expect(page.locator("#sums .total").last).to_have_text(euros("260.00"))
    hand.press(page.get_by_role("button", name="Save the draft"))
    expect(page.locator("main h1")).to_contain_text("Draft of an invoice")


def issues(hand: Hand) -> None:
    page = hand.page
    hand.press(page.get_by_role("button", name="Issue"))
    expect(page.locator("#messages")).to_contain_text("Issued as")
    expect(page.locator("main h1")).to_contain_text(NUMBER)


def takes_cash_and_card(hand: Hand, variant: str) -> None:
    """All is offered in cash; less of it is, and the rest by card. The change is said before anything is taken."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Pay", exact=True))
    opens_the_till_in_place(hand)
    cash, card = (page.get_by_role("group", name=name) for name in ("Cash", "Card"))
    expect(cash.get_by_label("Amount")).to_have_value("260.00")
    retypes(hand, cash.get_by_label("Amount"), "150")
    hand.write(cash.get_by_label("Handed over"), "200")
    hand.write(card.get_by_label("Amount"), "110")
    hand.write(card.get_by_label("Reference"), "Terminal 2")
    if variant != "no script":
        expect(page.locator("#sums .change strong")).to_have_text(euros("50.00"))
        expect(page.locator("#sums")).to_contain_text(f"Due afterwards{euros('0.00')}")
    usable(page, variant)
    hand.press(page.get_by_role("button", name="Pay"))


def opens_the_till_in_place(hand: Hand) -> None:
    """And is back where the money is."""
    page = hand.page
    hand.write(page.get_by_label("You have no till open"), "50")
    hand.press(page.get_by_role("button", name="Open a till"))
    expect(page.locator("#messages")).to_contain_text("is open.")
    expect(page.get_by_label("You have no till open")).to_have_count(0)


def retypes(hand: Hand, field: Locator, text: str) -> None:
    """Whatever stood there goes."""
    if isinstance(hand, Keys):
        hand.reach(field)
        hand.page.keyboard.press("Control+a")
        hand.page.keyboard.type(text)
    else:
        field.fill(text)


def looks_at_the_receipt(hand: Hand, variant: str) -> None:
    """The change is said again, and the paper can be seen in the page, which is no printing."""
    page = hand.page
    expect(page.locator("main h1")).to_contain_text(NUMBER)
    expect(page.locator(".change strong")).to_have_text(euros("50.00"))
    hand.press(page.locator("summary", has_text="Preview"))
    picture = page.get_by_role("img", name=re.compile("^The first page"))
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("it => it.naturalWidth") > 0
    usable(page, variant)
    address = page.get_by_role("link", name="Print the receipt").get_attribute("href") or ""
    assert page.request.get(address).headers["content-type"] == "application/pdf"


def asks_for_money_back(hand: Hand) -> None:
    page = hand.page
    hand.press(page.get_by_role("link", name="The invoice"))
    expect(page.locator("main h1")).to_contain_text("Paid")
    paid_in_cash = payments(page).filter(has_text="Cash")
    hand.press(paid_in_cash.get_by_role("link", name="Refund"))
    retypes(hand, page.get_by_label("Amount"), "120")
    hand.write(page.get_by_label("Reason"), "The crutches came back")
    hand.press(page.get_by_role("button", name="Ask for the refund"))
    expect(page.locator("#messages")).to_contain_text("Somebody else has to approve it.")
    asked = payments(page).filter(has_text="Refund of")
    expect(asked).to_contain_text("Waits for approval")
    expect(asked.get_by_role("link", name="Approve")).to_have_count(0)
    expect(asked.get_by_role("link", name="Pay out")).to_have_count(0)


def approves(hand: Hand, name: str) -> None:
    page = hand.page
    hand.go("/billing/refunds/")
    hand.press(row(page, name).get_by_role("link", name="Approve"))
    expect(page.locator("main")).to_contain_text("The crutches came back")
    hand.press(page.get_by_role("button", name="Approve"))
    expect(page.locator("#messages")).to_contain_text("Approved.")


def pays_it_out(hand: Hand, variant: str) -> None:
    page = hand.page
    page.reload()
    hand.press(payments(page).filter(has_text="Refund of").get_by_role("link", name="Pay out"))
    hand.press(page.get_by_role("button", name="It is paid out"))
    expect(page.locator("#messages")).to_contain_text("Paid out.")
    expect(payments(page).filter(has_text="Cash").first).to_contain_text(f"{euros('120.00')} given back")
    expect(page.locator("section[aria-labelledby=due]")).to_contain_text(euros("120.00"))
    usable(page, variant)


def counts_the_till(hand: Hand, variant: str) -> None:
    """A float of 50, 150 in, 120 out: one is missing, and why is said before it is closed."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Tills"))
    hand.press(page.get_by_role("link", name="Count and close mine"))
    expect(page.locator("section[aria-labelledby=cash] .total").last).to_have_text(euros("80.00"))
    hand.write(page.get_by_label("Counted"), "79")
    hand.press(page.get_by_role("button", name="Close the till"))
    expect(page.locator("main")).to_contain_text("Say why.")
    hand.write(page.get_by_label("Reason"), "Lost")
    hand.press(page.get_by_role("button", name="Close the till"))
    expect(page.locator("#messages")).to_contain_text("The till is closed.")
    expect(page.locator("section[aria-labelledby=cash]")).to_contain_text(f"Difference{euros('−1.00')}")
    usable(page, variant)


def payments(page: Page) -> Locator:
    return page.locator("section[aria-labelledby=payments] li")


def euros(amount: str) -> str:
    return f"EUR\N{NO-BREAK SPACE}{amount}"
