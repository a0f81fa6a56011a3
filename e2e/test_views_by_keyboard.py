"""By keyboard alone: from the free times of all to a booking; shortcuts and their switch; the day on paper."""

import re

import pytest
from playwright.sync_api import Page, expect

from e2e.browsing import Keys, a_name
from e2e.conftest import House, Open

pytestmark = [pytest.mark.browser, pytest.mark.mongo_slow("the keyboard is the same on both engines")]
FOCUSED = "it => it === document.activeElement"
PAGES_OF_A_PDF = re.compile(rb"/Type\s*/Page[^s]")


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def on_path(page: Page, path: str) -> None:
    at(page, rf"{path}(\?|$)")


def at(page: Page, address: str) -> None:
    """The page has come, and with it what listens to the keys."""
    expect(page).to_have_url(re.compile(address))
    page.wait_for_load_state()


def test_rosa_finds_a_free_day_in_the_map_and_books_it(open_as: Open) -> None:
    page = open_as("reception", "keyboard")
    hand = Keys(page)
    family_name = register(hand)

    press(page, "g", "f")
    on_path(page, "/appointments/free/")
    press(page, "ArrowRight")  # next week is free
    at(page, "from=")
    hand.reach(page.locator(".heat-map a").first)
    to_a_cell(page)
    press(page, "Enter")
    on_path(page, "/appointments/day/")

    hand.press(page.locator(".cal .room").first)
    hand.write(page.get_by_label("Name, MRN, phone or date of birth"), family_name)
    press(page, "Enter")
    hand.press(page.locator("main").get_by_role("link", name=re.compile(family_name)).first)
    hand.write(page.get_by_label("Reason for the visit"), "Cough")
    hand.press(page.get_by_role("button", name="Book appointment"))
    expect(page.locator("#messages")).to_contain_text(f"Booked: Ottilie {family_name}")


def register(hand: Keys) -> str:
    page, family_name = hand.page, a_name()
    hand.go("/patients/register/")
    hand.write(page.get_by_label("Given name"), "Ottilie")
    hand.write(page.get_by_label("Family name"), family_name)
    hand.write_date(page.get_by_label("Date of birth"), 1959, 3, 3)
    hand.choose(page.get_by_label("Sex"), "Female")
    hand.press(page.get_by_role("button", name="Register"))
    expect(page.locator("#messages")).to_contain_text("Registered.")
    return family_name


def to_a_cell(page: Page) -> None:
    """The arrows move from a doctor's name to a cell with something free, to its right or in a row below."""
    for _row in range(12):
        for _column in range(8):
            if page.evaluate("document.activeElement.matches('.heat[class*=grade]')"):
                return
            press(page, "ArrowRight")
        press(page, "ArrowDown")
        for _column in range(8):
            press(page, "ArrowLeft")
    raise AssertionError("the arrows lead to nothing that is free")


def test_the_arrows_move_among_the_cells_and_do_not_leave_the_week(open_as: Open) -> None:
    page = open_as("reception", "keyboard")
    page.goto("/appointments/free/")
    cells = page.locator(".heat-map tbody tr").first.locator("a.heat")
    address = page.url
    cells.first.focus()

    press(page, "ArrowRight")
    assert cells.nth(1).evaluate(FOCUSED)
    press(page, "ArrowLeft")
    assert cells.first.evaluate(FOCUSED)
    press(page, "ArrowLeft", "ArrowLeft", "ArrowLeft")
    assert page.url == address


def test_letters_lead_to_pages_and_not_while_somebody_types(open_as: Open) -> None:
    page = open_as("reception", "keyboard")
    page.goto("/")
    for letters, path in (
        (("g", "d"), "/appointments/day/"),
        (("g", "w"), "/appointments/week/"),
        (("g", "f"), "/appointments/free/"),
        (("g", "p"), "/patients/"),
        (("g", "t"), "/"),
        (("n",), "/appointments/book/"),
    ):
        page.evaluate("document.activeElement.blur()")
        press(page, *letters)
        on_path(page, path)

    page.goto("/appointments/day/")
    address = page.url
    press(page, "/")
    page.keyboard.type("gdn?")
    expect(page.get_by_label("Find a patient")).to_have_value("gdn?")
    press(page, "ArrowLeft")
    expect(page.locator("#shortcuts")).to_be_hidden()
    assert page.url == address


def test_arrows_turn_the_days(open_as: Open) -> None:
    page = open_as("reception", "keyboard")
    page.goto("/appointments/day/?on=2030-05-06")
    press(page, "ArrowRight")
    at(page, "on=2030-05-07")
    press(page, "ArrowLeft")
    at(page, "on=2030-05-06")

    page.get_by_label("Day", exact=True).focus()
    press(page, "ArrowRight", "ArrowLeft")
    page.get_by_label("Department").focus()
    press(page, "ArrowRight")
    at(page, "on=2030-05-06")


def test_the_list_of_shortcuts_opens_and_they_can_be_turned_off(open_as: Open, house: House) -> None:
    page = open_as("reception", "keyboard")
    hand = Keys(page)
    page.goto("/appointments/week/")
    press(page, "?")
    shortcuts = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(shortcuts).to_contain_text("Free times")
    press(page, "g", "d")  # while it is open nothing leads away
    press(page, "Escape")
    expect(shortcuts).to_be_hidden()
    on_path(page, "/appointments/week/")

    page.goto("/accounts/me/")
    hand.press(page.get_by_role("button", name="Turn off keyboard shortcuts"))
    expect(page.get_by_role("button", name="Turn on keyboard shortcuts")).to_be_visible()
    page.goto("/appointments/week/")
    press(page, "?", "n", "/", "ArrowRight")
    expect(page.get_by_role("dialog")).to_have_count(0)
    on_path(page, "/appointments/week/")
    expect(page.get_by_label("Find a patient")).not_to_be_focused()


@pytest.mark.parametrize("variant", ["dark", "no script"])
def test_the_day_is_printed_black_on_white_a_page_for_each_doctor(
    variant: str, open_as: Open, house: House
) -> None:
    page = open_as("reception", variant)
    page.goto(house.at("/appointments/day/print/?on={visit_day}"))
    sheets = page.locator(".sheet").count()
    assert sheets > 1

    paper = page.pdf(prefer_css_page_size=True)
    assert len(PAGES_OF_A_PDF.findall(paper)) >= sheets

    page.emulate_media(media="print")
    for hidden in (".sidebar", ".topbar", ".page-head"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator(".paper-head").first).to_be_visible()
    expect(page.locator(".paper-head").first).to_contain_text("by Rosa Almeida")
    if variant == "dark":
        line = page.locator(".paper tbody td").first
        assert line.evaluate("it => getComputedStyle(it).color") == "rgb(0, 0, 0)"
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)"
