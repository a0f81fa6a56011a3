"""Leave, holidays and other time off."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Department, User
from audit.models import Entry
from doctors import services
from doctors.models import Doctor, TimeOff
from doctors.services import add_time_off, remove_time_off
from doctors.templatetags.doctor_week import stretch, week_of
from doctors.tests.make import make_block, make_department, make_doctor, make_time_off
from doctors.tests.test_open_blocks import MONDAY, at
from hospital.errors import Stale

FORM = {"kind": "leave", "first_day": "2026-06-01", "last_day": "2026-06-05", "note": "Sea"}
BODY = {"starts_at": "2026-06-01T08:00:00Z", "ends_at": "2026-06-01T10:00:00Z", "kind": "training"}


@pytest.fixture
def doctor(department: Department) -> Doctor:
    return make_doctor(department=department)


@pytest.fixture(autouse=True)
def _no_visits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the apps above have registered, here nobody is booked."""
    monkeypatch.setattr(services, "commitments", [])


def test_leave_is_recorded_and_says_how_many_visits_lie_within(doctor: Doctor, mona: User) -> None:
    services.register_commitments(
        lambda _doctor: [
            {"id": "1", "starts_at": at("2026-06-01 07:55")},
            {"id": "2", "starts_at": at("2026-06-01 08:00")},
            {"id": "3", "starts_at": "2026-06-01T09:55:00+00:00"},
            {"id": "4", "starts_at": at("2026-06-01 10:00")},
        ]
    )
    away = add_time_off(doctor, starts_at=at("2026-06-01 08:00"), ends_at=at("2026-06-01 10:00"), by=mona)
    assert away.booked_visits == 2
    assert TimeOff.objects.get().kind == "leave"
    assert Entry.objects.get(verb="doctors.add_time_off").subject_id == away.pk


def test_a_holiday_counts_the_visits_of_every_doctor_of_the_site(doctor: Doctor, mona: User) -> None:
    make_doctor(department=doctor.department)
    make_doctor(department=make_department())
    services.register_commitments(lambda _doctor: [{"id": "1", "starts_at": at("2026-06-01 08:00")}])
    starts_at = at("2026-05-31 22:00")
    away = add_time_off(
        None,
        site=doctor.site,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(days=1),
        kind="holiday",
        by=mona,
    )
    assert away.booked_visits == 2


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        ("2026-06-01 08:00", "2026-06-01 08:00"),
        ("2026-06-01 08:00", "2026-05-01 08:00"),
        ("2026-06-01 08:02", "2026-06-01 09:00"),
    ],
)
def test_impossible_times_are_refused(doctor: Doctor, mona: User, starts_at: str, ends_at: str) -> None:
    with pytest.raises(ValidationError):
        add_time_off(doctor, starts_at=at(starts_at), ends_at=at(ends_at), by=mona)
    assert not TimeOff.objects.exists()


def test_time_off_is_that_of_a_doctor_or_of_a_site(doctor: Doctor, mona: User) -> None:
    times: dict[str, Any] = {"starts_at": at("2026-06-01 08:00"), "ends_at": at("2026-06-01 09:00")}
    with pytest.raises(ValidationError):
        add_time_off(None, **times, by=mona)
    with pytest.raises(ValidationError):
        add_time_off(doctor, site=doctor.site, **times, by=mona)


def test_removed_leave_is_gone_and_the_audit_keeps_it(doctor: Doctor, mona: User) -> None:
    away = make_time_off(doctor, at("2026-06-01 08:00"), at("2026-06-01 09:00"))
    seen_by_the_slower = TimeOff.objects.get()
    remove_time_off(away, by=mona)
    assert not TimeOff.objects.exists()
    assert Entry.objects.get(verb="doctors.remove_time_off").details["doctor"] == str(doctor.pk)
    with pytest.raises(Stale):
        remove_time_off(seen_by_the_slower, by=mona)


def test_reception_records_no_leave(doctor: Doctor, rita: User) -> None:
    with pytest.raises(PermissionDenied):
        add_time_off(doctor, starts_at=at("2026-06-01 08:00"), ends_at=at("2026-06-01 09:00"), by=rita)


def test_the_picture_of_the_week_shows_hours_and_absence(doctor: Doctor) -> None:
    block = make_block(doctor, starts="07:00", ends="12:10")
    away = make_time_off(doctor, at("2026-06-01 22:00"), at("2026-06-03 10:00"))
    week = week_of([block], [away], MONDAY, doctor.zone)
    assert (week.rows, week.hours[0]) == (36, (1, block.starts))
    assert [(one.lane, one.at, one.length) for one in week.held] == [(1, 1, 21)]
    assert [(one.lane, one.at, one.length) for one in week.away] == [(2, 1, 36), (3, 1, 20)]


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "words"),
    [
        ("2026-05-31 22:00", "2026-06-01 22:00", "Mon 1 Jun 2026"),
        ("2026-05-31 22:00", "2026-06-05 22:00", "Mon 1 Jun 2026 – Fri 5 Jun 2026"),
        ("2026-06-01 08:00", "2026-06-01 09:30", "Mon 1 Jun 2026, 10:00–11:30"),
        ("2026-06-01 08:00", "2026-06-02 22:00", "Mon 1 Jun 2026, 10:00 – Wed 3 Jun 2026, 00:00"),
    ],
)
def test_a_stretch_of_time_is_said_in_few_words(
    doctor: Doctor, starts_at: str, ends_at: str, words: str
) -> None:
    assert stretch(make_time_off(doctor, at(starts_at), at(ends_at)), doctor.zone) == words


# ── The page ────────────────────────────────────────────────────────────────


def test_the_page_takes_whole_days_of_the_site(doctor: Doctor, mona: User, client: Client) -> None:
    client.force_login(mona)
    page = reverse("doctors:add_time_off", args=[doctor.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, FORM).status_code == 302
    away = TimeOff.objects.get()
    assert (away.starts_at, away.ends_at) == (at("2026-05-31 22:00"), at("2026-06-05 22:00"))
    assert (away.doctor, away.site) == (doctor, None)


def test_the_page_takes_some_hours_of_one_day(doctor: Doctor, mona: User, client: Client) -> None:
    client.force_login(mona)
    times = {"first_day": "2026-06-01", "last_day": "", "starts": "10:00", "ends": "11:30"}
    client.post(reverse("doctors:add_time_off", args=[doctor.pk]), FORM | times)
    away = TimeOff.objects.get()
    assert (away.starts_at, away.ends_at) == (at("2026-06-01 08:00"), at("2026-06-01 09:30"))


def test_the_page_closes_the_whole_site(doctor: Doctor, mona: User, client: Client) -> None:
    client.force_login(mona)
    client.post(reverse("doctors:add_time_off", args=[doctor.pk]), FORM | {"whole_site": "on"})
    away = TimeOff.objects.get()
    assert (away.doctor, away.site) == (None, doctor.site)


def test_the_page_warns_of_booked_visits(doctor: Doctor, mona: User, client: Client) -> None:
    services.register_commitments(lambda _doctor: [{"id": "1", "starts_at": at("2026-06-02 08:00")}])
    client.force_login(mona)
    answer = client.post(reverse("doctors:add_time_off", args=[doctor.pk]), FORM, follow=True)
    assert "1 visit is booked within it" in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"last_day": "2026-05-01"}, "last_day"),
        ({"first_day": "2026-02-30"}, "first_day"),
        ({"kind": "siesta"}, "kind"),
        ({"starts": "25:00"}, "starts"),
    ],
)
def test_the_page_names_the_wrong_field(
    doctor: Doctor, mona: User, client: Client, wrong: dict[str, str], field: str
) -> None:
    client.force_login(mona)
    answer = client.post(reverse("doctors:add_time_off", args=[doctor.pk]), FORM | wrong)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_the_page_removes_leave_after_asking(doctor: Doctor, mona: User, client: Client) -> None:
    away = make_time_off(doctor, at("2026-06-01 08:00"), at("2026-06-01 09:00"))
    client.force_login(mona)
    page = reverse("doctors:remove_time_off", args=[doctor.pk, away.pk])
    assert "10:00–11:00" in client.get(page).content.decode()
    assert client.post(page).status_code == 302
    assert not TimeOff.objects.exists()


def test_leave_is_removed_through_its_own_doctor_only(doctor: Doctor, mona: User, client: Client) -> None:
    away = make_time_off(make_doctor(), at("2026-06-01 08:00"), at("2026-06-01 09:00"))
    client.force_login(mona)
    assert client.post(reverse("doctors:remove_time_off", args=[doctor.pk, away.pk])).status_code == 404
    assert TimeOff.objects.exists()


# ── The API ─────────────────────────────────────────────────────────────────


def test_the_api_records_leave(doctor: Doctor, mona: User, api: Callable[[User], Any]) -> None:
    answer = api(mona).post(f"/api/v1/doctors/{doctor.pk}/time-off", BODY)
    assert answer.status_code == 201, answer.json()
    assert (answer.json()["kind"], answer.json()["booked_visits"]) == ("training", 0)
    assert TimeOff.objects.get().starts_at == at("2026-06-01 08:00")


def test_the_api_refuses_impossible_times(doctor: Doctor, mona: User, api: Callable[[User], Any]) -> None:
    answer = api(mona).post(f"/api/v1/doctors/{doctor.pk}/time-off", BODY | {"ends_at": BODY["starts_at"]})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["ends_at"]
