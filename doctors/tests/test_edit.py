"""Correcting a doctor's profile."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from doctors.models import Doctor
from doctors.services import edit_doctor
from doctors.tests.make import make_block, make_doctor, make_room, make_speciality, make_time_off
from doctors.tests.test_open_blocks import at
from hospital.errors import Refusal, Stale
from hospital.tests.queries import counted

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor(department: Any) -> Doctor:
    return make_doctor(given_name="Alma", family_name="Åberg", specialities=(make_speciality(),))


def typed(doctor: Doctor, **more: Any) -> dict[str, Any]:
    return {
        "title": doctor.title,
        "given_name": doctor.given_name,
        "family_name": doctor.family_name,
        "department": str(doctor.department_id),
        "consultation_fee_amount": str(doctor.consultation_fee_amount),
        "specialities": [str(one.pk) for one in doctor.specialities],
        "version": str(doctor.version),
    } | more


def test_a_new_name_is_found_and_the_old_one_is_not(doctor: Doctor, mona: User) -> None:
    edit_doctor(doctor, family_name="Zorn", consultation_fee_amount=Decimal(95), seen_version=1, by=mona)
    assert Doctor.objects.search("zorn alma").get().consultation_fee_minor == 9500
    assert not Doctor.objects.search("åberg").exists()


def test_specialities_are_replaced_only_if_they_are_given(doctor: Doctor, mona: User) -> None:
    skin = make_speciality("dermatology")
    edit_doctor(doctor, title="Prof.", by=mona)
    assert [one.code for one in doctor.specialities] == ["cardiology"]
    edit_doctor(doctor, specialities=[skin], by=mona)
    assert [one.code for one in Doctor.objects.get().specialities] == ["dermatology"]
    edit_doctor(doctor, specialities=[], by=mona)
    assert Doctor.objects.get().specialities == []


def test_an_account_is_linked_once(doctor: Doctor, mona: User, dora: User, dov: User) -> None:
    edit_doctor(doctor, user=dora, by=mona)
    dora.refresh_from_db()
    assert dora.profile_id == doctor.pk
    with pytest.raises(Refusal) as refusal:
        edit_doctor(doctor, user=dov, by=mona)
    assert refusal.value.code == "already_linked"
    edit_doctor(doctor, title="Prof.", user=None, by=mona)
    assert Doctor.objects.get().user == dora


def test_the_slower_of_two_people_is_refused(doctor: Doctor, mona: User) -> None:
    seen_by_the_slower = Doctor.objects.get()
    edit_doctor(doctor, title="Prof.", seen_version=1, by=mona)
    with pytest.raises(Stale):
        edit_doctor(seen_by_the_slower, title="PD", seen_version=1, by=mona)
    assert Doctor.objects.get().title == "Prof."


def test_doctors_do_not_edit_themselves(doctor: Doctor, dora: User) -> None:
    with pytest.raises(PermissionDenied):
        edit_doctor(doctor, consultation_fee_amount=Decimal(999), by=dora)


# ── The page ────────────────────────────────────────────────────────────────


def test_the_page_saves_the_profile(doctor: Doctor, mona: User, client: Client) -> None:
    client.force_login(mona)
    page = reverse("doctors:edit", args=[doctor.pk])
    assert 'value="Åberg"' in client.get(page).content.decode()
    assert client.post(page, typed(doctor, title="Prof.")).status_code == 302
    assert str(Doctor.objects.get()) == "Prof. Alma Åberg"


def test_the_page_refuses_a_version_that_is_over(doctor: Doctor, mona: User, client: Client) -> None:
    sent = typed(doctor, title="PD")
    edit_doctor(doctor, title="Prof.", by=mona)
    client.force_login(mona)
    for version in (sent["version"], ""):
        answer = client.post(reverse("doctors:edit", args=[doctor.pk]), sent | {"version": version})
        assert answer.status_code == 422
        assert 'value="PD"' in answer.content.decode()
    assert Doctor.objects.get().title == "Prof."


def test_the_page_of_a_doctor_shows_week_rooms_and_leave(doctor: Doctor, mona: User, client: Client) -> None:
    for weekday in range(5):
        make_block(doctor, weekday=weekday, room=make_room(name=f"Cabin {weekday}"))
        make_block(doctor, weekday=weekday, starts="13:00", ends="15:00", capacity=2)
    make_time_off(doctor, at("2030-01-01 00:00"), at("2030-01-02 00:00"))
    client.force_login(mona)
    page = doctor.get_absolute_url()
    client.get(page)
    with counted(at_most=7):
        text = client.get(page).content.decode()
    for words in ("Cabin 4", "09:00–12:00", "Leave", "Edit profile", "Add hours", "Cardiology"):
        assert words in text


def test_why_somebody_is_away_is_told_to_planners_and_to_the_doctor_only(
    doctor: Doctor, mona: User, dora: User, rita: User, client: Client, api: Callable[[User], Any]
) -> None:
    edit_doctor(doctor, user=dora, by=mona)
    dora.refresh_from_db()
    make_time_off(doctor, at("2030-01-01 00:00"), at("2030-01-02 00:00"), kind="sick")
    for person, told in ((mona, True), (dora, True), (rita, False)):
        client.force_login(person)
        assert (b"Sick" in client.get(doctor.get_absolute_url()).content) == told
        (away,) = api(person).get(f"/api/v1/doctors/{doctor.pk}").json()["time_off"]
        assert (away["kind"] == "sick") == told


# ── The API ─────────────────────────────────────────────────────────────────


def test_patch_corrects_what_is_named(doctor: Doctor, mona: User, api: Callable[[User], Any]) -> None:
    answer = api(mona).patch(f"/api/v1/doctors/{doctor.pk}", {"title": "Prof.", "version": 1})
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["name"], answer.json()["version"]) == ("Prof. Alma Åberg", 2)
    assert answer.json()["specialities"] == [{"code": "cardiology", "name": "Cardiology"}]


def test_put_replaces_the_profile(doctor: Doctor, mona: User, api: Callable[[User], Any]) -> None:
    body = {"given_name": "Bea", "family_name": "Berg", "department": str(doctor.department_id)}
    answer = api(mona).put(f"/api/v1/doctors/{doctor.pk}", body, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.json()
    assert (answer.json()["name"], answer.json()["specialities"]) == ("Dr. Bea Berg", [])


def test_the_version_that_was_seen_must_be_said(
    doctor: Doctor, mona: User, api: Callable[[User], Any]
) -> None:
    edit_doctor(doctor, title="PD", by=mona)
    address, caller = f"/api/v1/doctors/{doctor.pk}", api(mona)
    assert caller.patch(address, {"title": "X"}).status_code == 428
    assert caller.patch(address, {"title": "X"}, headers={"If-Match": '"1"'}).status_code == 412
    answer = caller.patch(address, {"title": "X", "version": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "stale")
    assert Doctor.objects.get().title == "PD"


def test_one_doctor_with_schedule_costs_seven_queries_at_most(
    doctor: Doctor, ivo: User, api: Callable[[User], Any]
) -> None:
    for weekday in range(5):
        make_block(doctor, weekday=weekday, room=make_room())
    caller = api(ivo)
    with counted(at_most=7):
        answer = caller.get(f"/api/v1/doctors/{doctor.pk}")
    assert len(answer.json()["schedule"]) == 5
    assert answer["ETag"] == '"1"'


# ── The administrators' window ──────────────────────────────────────────────


def test_the_admin_corrects_through_the_service(doctor: Doctor, adam: User, client: Client) -> None:
    client.force_login(adam)
    page = reverse("admin:doctors_doctor_change", args=[doctor.pk])
    assert 'name="seen_version" value="1"' in client.get(page).content.decode()
    sent = typed(doctor, family_name="Zorn", seen_version="1", consultation_fee_minor="9500")
    answer = client.post(page, sent)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    corrected = Doctor.objects.search("zorn").get()
    assert (corrected.version, corrected.consultation_fee_minor) == (2, 9500)
    assert client.post(page, sent | {"title": "PD"}).status_code == 200
    assert Doctor.objects.get().title == "Dr."
