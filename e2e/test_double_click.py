"""Whoever presses twice, or goes back and presses again, gets one of it."""

from contextlib import suppress

import pytest
from playwright.sync_api import APIResponse, Error, Locator, Page, Request, Route, expect

from e2e.browsing import Hand, a_name
from e2e.conftest import Open

pytestmark = [pytest.mark.browser, pytest.mark.mongo_slow("the services' own tests repeat on both engines")]

# With script the second press is not sent; without it the server gets both, with the same nonce.
both_ways = pytest.mark.parametrize("variant", ["light", "no script"])


MOST_LOOKS = 5000


def press_twice(button: Locator) -> None:
    """The second press comes when the server has done what the first asked for, and its answer is on the way."""
    page, held = button.page, list[tuple[Route, APIResponse]]()
    released = False

    def hold(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        answer = route.fetch(max_redirects=0)
        if released:
            route.fulfill(response=answer)
        else:
            held.append((route, answer))

    page.route("**/*", hold)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box is not None
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    with page.expect_request(is_post):
        page.mouse.click(*at)
    for _ in range(MOST_LOOKS):
        if held:
            break
        page.context.cookies()  # any question to the browser lets `hold` go on
    assert held, "the server did not answer"
    page.mouse.click(*at)
    released = True
    for route, answer in held:
        with suppress(Error):  # the browser gave up the first when the second was sent
            route.fulfill(response=answer)


def is_post(request: Request) -> bool:
    return request.method == "POST"


def fill_in_a_patient(page: Page, name: str) -> None:
    hand = Hand(page)
    hand.go("/patients/register/")
    hand.write(page.get_by_label("Given name"), "Twice")
    hand.write(page.get_by_label("Family name"), name)
    hand.write_date(page.get_by_label("Date of birth"), 1970, 1, 1)
    hand.choose(page.get_by_label("Sex"), "Male")


def registered(page: Page, name: str) -> str:
    """Register somebody, and give the address of the record."""
    fill_in_a_patient(page, name)
    page.get_by_role("button", name="Register").click()
    expect(page.locator("#messages")).to_contain_text("Registered.")
    return page.url


def choose_a_time(page: Page, record: str) -> None:
    page.goto(record)
    page.get_by_role("link", name="Book an appointment").first.click()
    page.get_by_role("link", name="Choose").nth(2).click()
    page.get_by_label("Reason for the visit").fill("Once")


def expect_one_patient(page: Page, name: str) -> None:
    page.goto(f"/patients/?q={name}")
    expect(page.locator("#results tbody tr")).to_have_count(1)


def expect_one_visit(page: Page, record: str) -> None:
    page.goto(record)
    expect(page.locator("#panel-appointments").get_by_role("link").filter(has_text=":")).to_have_count(1)


@both_ways
def test_register_is_pressed_twice(variant: str, open_as: Open) -> None:
    page, name = open_as("reception", variant), a_name()
    fill_in_a_patient(page, name)
    press_twice(page.get_by_role("button", name="Register"))
    expect(page.locator("main h1")).to_have_text("Patient record")
    expect_one_patient(page, name)


@both_ways
def test_book_is_pressed_twice(variant: str, open_as: Open) -> None:
    page = open_as("reception", variant)
    record = registered(page, a_name())
    choose_a_time(page, record)
    press_twice(page.get_by_role("button", name="Book appointment"))
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.locator("#messages")).to_contain_text("Booked:")
    expect_one_visit(page, record)


@both_ways
def test_pay_is_pressed_twice(variant: str, open_as: Open) -> None:
    page = open_as("reception", variant)
    page.goto(f"{registered(page, a_name())}bills/draft/")
    page.get_by_label("What for").first.fill("Bandage")
    page.get_by_label("Price").first.fill("12.50")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Issue").click()
    page.get_by_role("link", name="Pay", exact=True).click()
    page.get_by_role("group", name="Cash").get_by_label("Handed over").fill("20")
    press_twice(page.get_by_role("button", name="Pay"))
    expect(page.locator("main h1")).to_contain_text("Receipt")
    expect(page.locator(".change strong")).to_have_text("EUR\N{NO-BREAK SPACE}7.50")
    page.get_by_role("link", name="The invoice").click()
    expect(page.locator("section[aria-labelledby=payments] li")).to_have_count(1)
    expect(page.locator(".history").get_by_text("Took a payment")).to_have_count(1)


def test_back_and_register_again(open_as: Open) -> None:
    page, name = open_as("reception"), a_name()
    registered(page, name)
    page.go_back()
    page.get_by_role("button", name="Register").click()
    expect(page.locator(".error-summary").or_(page.locator("#messages .is-ok"))).to_be_visible()
    expect_one_patient(page, name)


def test_back_and_book_again(open_as: Open) -> None:
    page = open_as("reception")
    record = registered(page, a_name())
    choose_a_time(page, record)
    page.get_by_role("button", name="Book appointment").click()
    expect(page.locator("#messages")).to_contain_text("Booked:")
    page.go_back()
    page.get_by_role("button", name="Book appointment").click()
    expect(page.locator(".error-summary").or_(page.locator("#messages .is-ok"))).to_be_visible()
    expect_one_visit(page, record)
