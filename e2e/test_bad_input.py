"""What people type by mistake, or on purpose: a clear answer at the field, nothing lost, nothing twice."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from e2e.browsing import Hand, a_name
from e2e.conftest import House, Open
from e2e.pages import EVIL
from e2e.zone import ZONE
from hospital import clock

pytestmark = [pytest.mark.browser, pytest.mark.mongo_slow("forms are checked before any engine is asked")]

HERE = ZoneInfo(ZONE)
A_DAY = timedelta(days=1)


def next_change(hours: int) -> str:
    """In the hour that is not there or comes twice on the next day that is this many hours long, as a field writes it."""
    noon = datetime.combine(clock.today(ZONE), datetime.min.time()) + A_DAY / 2
    while length_of_night(noon) != timedelta(hours=hours):
        noon += A_DAY
    return f"{next(one for one in half_hours(noon) if is_doubtful(one)):%Y-%m-%dT%H:%M}"


def half_hours(noon: datetime) -> Iterator[datetime]:
    """Half past midnight, half past one, and so on until noon."""
    return (noon - A_DAY / 2 + timedelta(hours=hour, minutes=30) for hour in range(12))


def is_doubtful(wall: datetime) -> bool:
    """Whether the clock on the wall never shows this, or twice."""
    return len({wall.replace(tzinfo=HERE, fold=fold).utcoffset() for fold in (0, 1)}) == 2


def length_of_night(noon: datetime) -> timedelta:
    """From midnight to midnight around a noon, on the clinic's clock."""
    start, end = ((noon + step).replace(tzinfo=HERE).astimezone(UTC) for step in (-A_DAY / 2, A_DAY / 2))
    return end - start


def in_days(days: int, time: str) -> str:
    return f"{clock.today(ZONE) + days * A_DAY:%Y-%m-%d}T{time}"


def expect_told(field: Locator, words: str) -> None:
    """The field is marked, and says what is wrong to the eye and to a screen reader."""
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile(words))
    expect(field.page.locator(".field .error", has_text=re.compile(words)).first).to_be_visible()


def as_text(field: Locator) -> Locator:
    """The field as a browser shows it that knows no dates."""
    field.evaluate("(it) => { it.type = 'text'; it.removeAttribute('maxlength'); }")
    return field


# ── Times ────────────────────────────────────────────────────────────────────
BAD_TIMES = {
    "a day that no month has": ("2027-02-31T10:00", "Write the day and the time"),
    "words": ("tomorrow at ten", "Write the day and the time"),
    "another millennium": ("9999-12-31T10:00", "Write the day and the time"),
    "a time that has passed": (in_days(-1, "10:00"), "has passed"),
    "in the middle of the night": (in_days(9, "03:00"), "."),
    "between two marks of five minutes": (in_days(9, "10:07"), "multiple"),
    "when the clocks go forward": (next_change(23), "does not exist"),
    "when the clocks go back": (next_change(25), "comes twice"),
}


def book_at(page: Page, house: House, time: str) -> Locator:
    page.goto(house.at("/appointments/book/?patient={stranger}&doctor={doctor}&other=1"))
    field = as_text(page.get_by_label("Day and time"))
    field.fill(time)
    page.get_by_label("Minutes").fill("15")
    page.get_by_label("Reason for the visit").fill("Kept")
    page.get_by_role("button", name="Book appointment").click()
    return field


@pytest.mark.parametrize(("time", "words"), BAD_TIMES.values(), ids=BAD_TIMES)
def test_a_time_that_cannot_be(time: str, words: str, open_as: Open, house: House) -> None:
    page = open_as("reception")
    field = book_at(page, house, time)
    expect_told(field, words)
    expect(page.get_by_label("Reason for the visit")).to_have_value("Kept")
    expect(page.get_by_label("Minutes")).to_have_value("15")
    if re.fullmatch(r"20\d\d-(?!02-31)\d\d-\d\dT\d\d:\d\d", time):  # a browser's own field shows no other
        expect(field).to_have_value(time)
    expect_no_visit(page, house)


def test_the_hour_that_comes_twice_is_asked_for(open_as: Open, house: House) -> None:
    page = open_as("reception")
    book_at(page, house, next_change(25))
    page.get_by_label("Which of the two").select_option(label="The later one, after the clocks went back")
    page.get_by_role("button", name="Book appointment").click()
    expect(page.locator(".error-summary")).not_to_contain_text("comes twice")
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_label("Reason for the visit")).to_have_value("Kept")
    expect_no_visit(page, house)


def expect_no_visit(page: Page, house: House) -> None:
    page.goto(house.at("/patients/{stranger}/"))
    expect(page.locator("#panel-appointments")).to_contain_text("No appointments")


@pytest.mark.parametrize(
    ("address", "label"),
    [
        ("/appointments/day/?on=2027-02-31", "Day"),
        ("/appointments/week/?from=2027-02-31", "From"),
        ("/appointments/book/?patient={stranger}&doctor={doctor}&day=2027-02-31", "From"),
    ],
    ids=["day", "week", "book"],
)
def test_a_day_in_the_address_that_no_month_has(
    address: str, label: str, open_as: Open, house: House
) -> None:
    page = open_as("reception")
    page.goto(house.at(address))
    expect_told(page.locator("main").get_by_label(label, exact=True), "valid date")


# ── Names ────────────────────────────────────────────────────────────────────
NAMES = {
    "long": "W" * 100,
    "emoji": "👩‍👩‍👧‍👦😀 Björk",
    "right to left": "محمد علي",
    "a script": EVIL,
}


def fill_in(page: Page, given: str, family: str, born: str = "1990-05-05") -> None:
    page.goto("/patients/register/")
    page.get_by_label("Given name").fill(given)
    page.get_by_label("Family name").fill(family)
    page.get_by_label("Date of birth").fill(born)
    page.get_by_label("Sex").select_option("other")
    page.get_by_role("button", name="Register").click()


@pytest.mark.parametrize("given", NAMES.values(), ids=NAMES)
def test_a_name_of_any_kind_stands_on_every_page_as_it_was_typed(given: str, open_as: Open) -> None:
    """On a phone, where there is least room for it. The watch sees a script that runs or is refused."""
    page, family = open_as("reception", "narrow"), a_name()
    fill_in(page, given, family)
    record = page.url
    expect_intact(page, given)
    for address in (f"/patients/?q={family}", f"{record}edit/", f"{record}deactivate/"):
        page.goto(address)
        expect_intact(page, given, typed="edit" in address)
    page.goto(f"/appointments/book/?q={family}")
    expect_intact(page, given)
    page.get_by_role("link", name="Choose").click()
    expect_intact(page, given)
    page.get_by_role("link", name="Choose").nth(4).click()
    page.get_by_label("Reason for the visit").fill("R" * 300)
    page.get_by_role("button", name="Book appointment").click()
    expect(page.locator("#messages")).to_contain_text(f"Booked: {given} {family}")
    expect_intact(page, given)
    visit = page.url
    for step in ("move/", "cancel/"):
        page.goto(visit + step)
        expect_intact(page, given)
    page.goto(visit)
    page.get_by_label("Breadcrumb").get_by_role("link", name="Appointments").click()
    expect_intact(page, given)


def expect_intact(page: Page, given: str, *, typed: bool = False) -> None:
    """The name is text of its own direction, and breaks nothing around it."""
    if typed:
        expect(page.get_by_label("Given name")).to_have_value(given)
    name = page.locator("bdi", has_text=given).filter(visible=True).first
    expect(name).to_be_visible()
    if given == NAMES["right to left"]:
        expect(name).to_have_css("direction", "rtl")
    assert page.evaluate("document.documentElement.scrollWidth") == 320, page.url
    assert not page.evaluate("'owned' in window || !!document.querySelector('[onerror]')"), page.url


@pytest.mark.parametrize("name", ["x" * 10_000, "\u202eevil", "   "], ids=["10 kB", "an override", "nothing"])
def test_a_name_that_nobody_has(name: str, open_as: Open) -> None:
    page, family = open_as("reception"), a_name()
    page.goto("/patients/register/")
    as_text(page.get_by_label("Given name")).fill(name)
    page.get_by_label("Family name").fill(family)
    page.get_by_label("Date of birth").fill("1990-05-05")
    page.get_by_label("Sex").select_option("other")
    page.get_by_role("button", name="Register").click()
    expect_told(page.get_by_label("Given name"), ".")
    expect(page.get_by_label("Given name")).to_have_value(name)
    expect(page.get_by_label("Sex")).to_have_value("other")
    expect(page.get_by_label("Family name")).to_have_value(family)
    page.goto(f"/patients/?q={family}")
    expect(page.locator("#results")).to_contain_text("Nobody found")


@pytest.mark.parametrize("born", ["2999-01-01", "1700-01-01"], ids=["not yet", "too long ago"])
def test_a_birth_that_cannot_be(born: str, open_as: Open) -> None:
    page, family = open_as("reception"), a_name()
    fill_in(page, "Una", family, born)
    expect_told(page.get_by_label("Date of birth"), ".")
    expect(page.get_by_label("Date of birth")).to_have_value(born)
    expect(page.get_by_label("Family name")).to_have_value(family)


@pytest.mark.parametrize("address", ["/patients/", "/appointments/book/", "/doctors/"])
def test_a_script_in_a_search_is_a_text_like_any(address: str, open_as: Open) -> None:
    page = open_as("reception")
    page.goto(address)
    box = page.locator("main [name=q]")
    Hand(page).write(box, f'"><svg onload="owned=1">{EVIL}')
    box.press("Enter")
    expect(page.locator("main .empty")).to_be_visible()
    page.reload()
    assert not page.evaluate("'owned' in window || !!document.querySelector('[onerror], [onload]')")
