"""Licences of doctors: entered, warned of before they expire, and worth nothing afterwards."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from time_machine import travel

from accounts import places
from accounts.models import Department, Site, User
from doctors.models import Doctor
from doctors.tests.make import make_doctor

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with travel(NOON, tick=False):
        yield


def licensed_until(until: date | None, **more: Any) -> Doctor:
    return make_doctor(licence_until=until, **more)


# ── the rule ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("number", "until", "may"),
    [
        ("DE-1", date(2026, 11, 30), True),
        ("DE-1", date(2026, 11, 29), False),
        ("DE-1", None, False),
        ("", None, False),
    ],
)
def test_a_licence_holds_until_the_end_of_its_last_day(
    department: Any, number: str, until: date | None, *, may: bool
) -> None:
    assert licensed_until(until, licence_number=number).may_prescribe(TODAY) is may


@pytest.mark.parametrize(
    ("until", "words", "tone", "needs"),
    [
        (date(2026, 12, 31), "valid until 31 Dec 2026", "ok", False),
        (date(2026, 12, 30), "expires in 30 days", "warn", True),
        (date(2026, 12, 12), "expires in 12 days", "warn", True),
        (date(2026, 12, 1), "expires in 1 day", "warn", True),
        (date(2026, 11, 30), "expires today", "warn", True),
        (date(2026, 11, 29), "expired on 29 Nov 2026", "danger", True),
        (None, "not known", "danger", True),
    ],
)
def test_the_words_say_each_day_how_it_stands(
    department: Any, until: date | None, words: str, tone: str, *, needs: bool
) -> None:
    licence = licensed_until(until).licence

    assert (licence.words, licence.tone, licence.needs_attention) == (words, tone, needs)


def test_the_day_is_that_of_the_doctors_site(site: Site) -> None:
    """Half past eleven in the evening in London is the next day in Berlin."""
    other = Site(name="London", time_zone="Europe/London", number_prefix="LO").add()
    departments = [Department(site=at, name="Ward", code="W").add() for at in (site, other)]
    places.forget()
    doctors = [make_doctor(department=one, licence_until=TODAY) for one in departments]
    with travel(datetime(2026, 11, 30, 23, 30, tzinfo=UTC), tick=False):
        assert [one.licence.words for one in doctors] == ["expired on 30 Nov 2026", "expires today"]


def test_a_date_without_a_number_is_no_licence(department: Any) -> None:
    with pytest.raises(ValidationError, match="Which licence"):
        licensed_until(TODAY, licence_number=" ")


# ── behind each door ─────────────────────────────────────────────────────────


def typed(doctor: Doctor, **more: Any) -> dict[str, Any]:
    return {
        "given_name": doctor.given_name,
        "family_name": doctor.family_name,
        "department": str(doctor.department_id),
        "consultation_fee_amount": "0",
        "version": str(doctor.version),
    } | more


def test_mona_enters_a_licence_on_the_page(department: Any, mona: User, client: Client) -> None:
    doctor = licensed_until(None, licence_number="")
    client.force_login(mona)
    assert "not known" in client.get(doctor.get_absolute_url()).content.decode()

    page = reverse("doctors:edit", args=[doctor.pk])
    refused = client.post(page, typed(doctor, licence_until="2027-01-31"))
    assert refused.status_code == 422
    assert "Which licence is valid until then?" in refused.content.decode()
    given = typed(doctor, licence_number=" DE-77 ", licence_until="2027-01-31")
    assert client.post(page, given).status_code == 302
    doctor.refresh_from_db()
    assert (doctor.licence_number, doctor.licence_until) == ("DE-77", date(2027, 1, 31))
    page_now = client.get(doctor.get_absolute_url()).content.decode()
    assert "DE-77" in page_now
    assert "valid until 31 Jan 2027" in page_now


def test_the_api_knows_the_licence_and_keeps_it_where_nothing_is_said(
    department: Any, mona: User, api: Any
) -> None:
    doctor, client = licensed_until(date(2026, 12, 12)), api(mona)
    one = f"/api/v1/doctors/{doctor.pk}"
    body = client.get(one).json()
    assert (body["licence_number"], body["licence_until"]) == ("DE-12345", "2026-12-12")

    given = {"given_name": "Dora", "family_name": "Dent", "department": str(doctor.department_id)}
    answer = client.put(one, given, format="json", headers={"If-Match": '"1"'})
    assert answer.status_code == 200
    assert answer.json()["licence_until"] == "2026-12-12"
    changed = client.patch(one, {"licence_until": "2028-06-30"}, format="json", headers={"If-Match": '"2"'})
    assert changed.json()["licence_until"] == "2028-06-30"


def test_adam_sees_the_licence_in_the_administration(department: Any, adam: User, client: Client) -> None:
    doctor = licensed_until(date(2026, 12, 12))
    client.force_login(adam)
    page = client.get(reverse("admin:doctors_doctor_change", args=[doctor.pk])).content.decode()

    assert 'name="licence_number"' in page
    assert "12/12/2026" in page


# ── warnings ahead ───────────────────────────────────────────────────────────


def test_dora_is_warned_on_her_first_page(department: Any, dora: User, client: Client) -> None:
    doctor = make_doctor(user=dora, licence_until=date(2026, 12, 12))
    client.force_login(dora)
    assert "Your licence: expires in 12 days." in client.get(reverse("home")).content.decode()

    Doctor.objects.filter(pk=doctor.pk).update(licence_until=date(2026, 11, 1))
    over = client.get(reverse("home")).content.decode()
    assert "Your licence: expired on 1 Nov 2026." in over
    assert "You cannot sign prescriptions" in over
    Doctor.objects.filter(pk=doctor.pk).update(licence_until=date(2027, 11, 1))
    assert "Your licence" not in client.get(reverse("home")).content.decode()


@pytest.mark.parametrize("who", ["mona", "adam"])
def test_the_most_urgent_stands_first_where_somebody_can_do_something(
    department: Any, who: str, request: pytest.FixtureRequest, client: Client
) -> None:
    for name, until in (("Later", 12), ("Valid", 31)):
        licensed_until(date(2026, 12, until), family_name=name)
    licensed_until(date(2026, 11, 3), family_name="Over")
    licensed_until(None, family_name="Unknown", licence_number="")
    client.force_login(request.getfixturevalue(who))
    page = client.get(reverse("home")).content.decode()
    box = page[page.index('aria-labelledby="licences"') :].partition("</section>")[0]

    places = [box.index(name) for name in ("Dora Unknown", "Dora Over", "Dora Later")]
    assert places == sorted(places)
    assert "expired on 3 Nov 2026" in box
    assert "Dora Valid" not in box


def test_where_all_are_valid_the_page_says_so(department: Any, mona: User, client: Client) -> None:
    make_doctor()
    client.force_login(mona)

    assert "All licences are valid" in client.get(reverse("home")).content.decode()


def test_of_many_the_page_shows_some_and_counts_the_others(
    department: Any, mona: User, client: Client
) -> None:
    """As on the day on which this comes to a hospital that has never entered a licence."""
    for _ in range(18):
        licensed_until(None, licence_number="")
    client.force_login(mona)

    assert "and 3 more" in client.get(reverse("home")).content.decode()
