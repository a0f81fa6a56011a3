"""Reception's morning: who comes, who is called, who does not hear it, who goes in; and the board in the waiting room."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Locator, Page, expect

from e2e.browsing import Hand, Keys
from e2e.conftest import House, Open
from e2e.test_every_page import AXE, FLAWS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.mongo_slow("a booking in the browser stands for the desk there"),
]
ONE_POLL = 25_000  # milliseconds, in which a page that reads itself again has done so
LONGER_THAN_A_POLL = 13_000


def flaws(page: Page) -> list[str]:
    page.evaluate(AXE_SCRIPT)
    return [*page.evaluate(FLAWS), *page.evaluate(AXE)]


def row(page: Page, name: str) -> Locator:
    return page.locator("tr", has=page.get_by_role("link", name=name, exact=True))


def is_now(page: Page, name: str, word: str) -> None:
    """What the badge of a row says, in the end."""
    expect(row(page, name).locator(".status", has_text=word)).to_be_visible()


def button(page: Page, words: str) -> Locator:
    """Its words; what only a screen reader says stands behind a space."""
    return page.get_by_role("button", name=re.compile(re.escape(words).replace(":", " ?:") + "$"))


@pytest.mark.parametrize(
    "variant", [pytest.param("light", marks=pytest.mark.soak), "keyboard", "no script"]
)  # by mouse in `make soak`: each press is made by keyboard and without JavaScript too
def test_rosa_has_a_morning_at_the_desk(variant: str, open_as: Open, house: House) -> None:
    page = open_as("reception", variant)
    hand = Keys(page) if variant == "keyboard" else Hand(page)
    family_name = f"Door{variant.replace(' ', '')}"
    ada, bo, cy = (f"{name} {family_name}" for name in ("Ada", "Bo", "Cy"))
    doctor = f"Dr. Xenia {family_name}"
    desk = f"/appointments/desk/?doctor={house.known[f'door {variant}']}"
    board = open_as("", "dark" if variant == "light" else "no script")
    board.goto(house.at("/appointments/board/{board}/"))

    hand.go(desk)
    first = check_in(hand, ada)
    second = check_in(hand, bo)
    third = admit(hand, cy, doctor)
    assert int(first) < int(second) < int(third)
    expect(board.locator(".waiting")).to_contain_text(first, timeout=ONE_POLL)

    hand.go(desk)
    assert waiting(page) == [ada, bo, cy]
    hand.press(button(page, f"Call next: {doctor}"))
    expect(page.locator("#messages")).to_contain_text(f"Number {first} is called: {ada}.")
    expect(board.locator(".calls")).to_contain_text(first, timeout=ONE_POLL)

    hand.press(button(page, f"Call again: {ada}"))
    is_now(page, ada, "Called 2 times")
    hand.press(button(page, f"Skip: {ada}"))
    is_now(page, ada, "Arrived")
    assert waiting(page) == [bo, cy, ada]

    hand.press(button(page, f"Call next: {doctor}"))
    is_now(page, bo, "Called")
    hand.press(button(page, f"Call in: {bo}"))
    is_now(page, bo, "In consultation")
    hand.press(button(page, f"Complete: {bo}"))
    is_now(page, bo, "Completed")
    hand.press(page.locator("#messages").get_by_role("button", name="Undo"))
    is_now(page, bo, "In consultation")

    nobody_can_be_known(board)
    if variant != "no script":
        assert flaws(page) == []


def check_in(hand: Hand, name: str) -> str:
    """The number that was given."""
    hand.press(button(hand.page, f"Check in: {name}"))
    message = hand.page.locator("#messages")
    expect(message).to_contain_text(f"{name} has arrived and has number")
    is_now(hand.page, name, "Arrived")
    return number_in(message)


def admit(hand: Hand, name: str, doctor: str) -> str:
    page = hand.page
    hand.press(page.locator("main").get_by_role("link", name="Walk-in"))
    hand.write(page.get_by_label("Name, MRN, phone or date of birth"), name.split()[1])
    hand.press(page.locator("main").get_by_role("button", name="Search"))
    hand.press(page.locator("#found").get_by_role("link", name=f"Choose {name}"))
    choose(hand, page.get_by_label("Doctor", exact=True), doctor)
    hand.write(page.get_by_label("Reason for the visit"), "Cut finger")
    hand.press(button(page, "Give a number"))
    message = page.locator("#messages")
    expect(message).to_contain_text(f"{name} has number")
    return number_in(message)


def choose(hand: Hand, select: Locator, doctor: str) -> None:
    """Among many; whoever has only keys types the beginning."""
    label = select.locator("option", has_text=doctor).text_content()
    assert label
    hand.choose(select, label)


def number_in(message: Locator) -> str:
    found = re.search(r"number (\d{3})", message.text_content() or "")
    assert found
    return found[1]


def waiting(page: Page) -> list[str]:
    """Who waits, in the order of the page; who was called comes first."""
    group = page.locator("tbody", has=page.locator("th[scope=rowgroup]", has_text="Waiting"))
    return [name.strip() for name in group.locator("a.name").all_text_contents()]


def nobody_can_be_known(board: Page) -> None:
    text = board.request.get(board.url).text()  # the page itself is read anew all the time
    assert not [word for word in ("Door", "Xenia", "Ada", "Cut finger", "onerror") if word in text]


def test_the_board_can_be_read_by_all(open_as: Open, house: House) -> None:
    for look in ("light", "dark", "narrow", "narrow dark"):
        page = open_as("", look, reduced_motion="reduce")
        page.goto(house.at("/appointments/board/{board}/"))
        assert flaws(page) == []


def test_a_desk_that_lies_open_shows_what_another_desk_did(open_as: Open, house: House) -> None:
    """Reception's page reads itself again; a row in which somebody has opened "More" is left in peace."""
    desk = f"/appointments/desk/?doctor={house.known['door evil']}"
    watching, working = open_as("nurse"), open_as("reception")
    watching.clock.install()
    watching.goto(desk)
    working.goto(desk)
    name = "Ada Doorevil"
    button(working, f"Check in: {name}").click()
    is_now(working, name, "Arrived")
    watching.clock.fast_forward(LONGER_THAN_A_POLL)
    is_now(watching, name, "Arrived")

    asked: list[str] = []
    watching.on("request", lambda request: asked.append(request.url))
    more = row(watching, name).locator("summary")
    more.click()
    button(working, f"Call in: {name}").click()
    is_now(working, name, "In consultation")
    watching.clock.fast_forward(LONGER_THAN_A_POLL)
    is_now(watching, name, "Arrived")
    assert asked == []
    more.click()
    watching.clock.fast_forward(LONGER_THAN_A_POLL)
    is_now(watching, name, "In consultation")
