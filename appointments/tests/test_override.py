"""Passing over a rule: by whom, with a reason that stays, and what no reason does."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import Site, User
from appointments.availability import free_slots
from appointments.models import Appointment, Claim
from appointments.services import book_appointment, cancel_appointment, move_appointment
from appointments.tests.conftest import at
from appointments.tests.make import make_policy
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor, make_room
from hospital.errors import Refusal
from hospital.tests.queries import counted
from patients.models import Patient
from patients.tests.make import make_patient

BOOK = "/appointments/book/"
URL = "/api/v1/appointments"
WHY = "Chest pain, sent by the family doctor"


def squeeze_in(doctor: Doctor, by: User, **more: Any) -> Appointment:
    given: dict[str, Any] = {"patient": make_patient(), "starts_at": at(10), "minutes": 30}
    return book_appointment(**given | {"doctor": doctor, "override_because": WHY, "by": by} | more)


def noted(visit: Appointment) -> Any:
    """What the audit says of the last thing that was done with it."""
    return Entry.objects.filter(subject_id=visit.pk, outcome="done").latest("at").details


# ── Who may, and what stays of it ────────────────────────────────────────────


def test_a_nurse_squeezes_somebody_in_beside_another(visit: Appointment, doctor: Doctor, nora: User) -> None:
    second = squeeze_in(doctor, nora)

    assert (second.starts_at, second.lane) == (visit.starts_at, 1)
    assert second.overridden_because == WHY
    assert noted(second)["overridden"] == ["slot_taken"]
    assert WHY not in str(noted(second))  # ids and codes only
    assert Claim.objects.filter(appointment=second).count() == len(second.claim_keys())


def test_reception_may_not(visit: Appointment, doctor: Doctor, rita: User) -> None:
    with pytest.raises(PermissionDenied):
        squeeze_in(doctor, rita)
    with pytest.raises(PermissionDenied):  # not even where nothing is in the way
        squeeze_in(doctor, rita, starts_at=at(11))
    with pytest.raises(PermissionDenied):
        cancel_appointment(visit, reason="Flu", override_because=WHY, by=rita)
    assert Appointment.objects.count() == 1


def test_a_doctor_squeezes_into_the_own_time_only(visit: Appointment, doctor: Doctor, dora: User) -> None:
    assert squeeze_in(doctor, dora).lane == 1
    other = make_doctor()
    make_block(other)
    with pytest.raises(PermissionDenied):
        squeeze_in(other, dora)


def test_a_reason_that_was_not_needed_is_not_kept(doctor: Doctor, nora: User) -> None:
    visit = squeeze_in(doctor, nora)
    assert (visit.overridden_because, visit.lane) == ("", 0)
    assert "overridden" not in noted(visit)


def test_blanks_are_no_reason(visit: Appointment, doctor: Doctor, nora: User) -> None:
    with pytest.raises(Refusal, match="just been taken"):
        squeeze_in(doctor, nora, override_because="   ")


def test_several_rules_at_once(doctor: Doctor, site: Site, nora: User) -> None:
    make_policy(site, minimum_notice_minutes=600)
    visit = squeeze_in(doctor, nora, starts_at=at(13))
    assert noted(visit)["overridden"] == ["too_soon", "outside_schedule"]
    assert visit.room is None


def test_outside_of_the_hours_two_visits_still_do_not_share_a_lane(doctor: Doctor, nora: User) -> None:
    first, second = (
        squeeze_in(doctor, nora, starts_at=at(hour, minute)) for hour, minute in ((13, 0), (13, 15))
    )
    assert (first.lane, second.lane) == (0, 1)
    assert noted(second)["overridden"] == ["outside_schedule", "slot_taken"]


def test_a_visit_beyond_the_limit_of_the_day_has_a_number_beyond_it(
    visit: Appointment, doctor: Doctor, nora: User, rita: User
) -> None:
    make_policy(doctor, daily_cap=2)
    regular = squeeze_in(doctor, rita, starts_at=at(9), override_because="")
    beyond = squeeze_in(doctor, nora, starts_at=at(11))
    assert (visit.day_number, regular.day_number, beyond.day_number) == (None, 0, 2)
    assert noted(beyond)["overridden"] == ["day_full"]
    cancel_appointment(beyond, reason="Flu", by=rita)
    with pytest.raises(Refusal, match="at most 2 patients a day"):
        squeeze_in(doctor, rita, starts_at=at(11), override_because="")


def test_who_is_squeezed_in_shares_the_doctors_own_room(rita: User, nora: User, site: Site) -> None:
    room = make_room(places=1)
    doctor = make_doctor()
    make_block(doctor, room=room)
    regular = squeeze_in(doctor, rita, override_because="")
    second = squeeze_in(doctor, nora)
    assert (regular.room, regular.place, second.room, second.place) == (room, 0, room, 1)


def test_what_was_squeezed_in_takes_nothing_from_what_is_offered(
    visit: Appointment, doctor: Doctor, nora: User, rita: User
) -> None:
    squeeze_in(doctor, nora)
    cancel_appointment(visit, reason="Flu", by=rita)
    offered = {slot.starts_at for slot in free_slots([doctor], at(9).date(), at(9).date())[doctor.pk]}
    assert at(10) in offered
    assert squeeze_in(doctor, rita, override_because="").lane == 0


def test_moving_to_a_regular_time_is_no_longer_against_a_rule(
    visit: Appointment, doctor: Doctor, nora: User, rita: User
) -> None:
    second = squeeze_in(doctor, nora)
    moved = move_appointment(second, starts_at=at(11), by=rita)
    assert (moved.lane, moved.overridden_because) == (0, "")


def test_changing_only_the_words_keeps_why_it_is_there(
    visit: Appointment, doctor: Doctor, nora: User, rita: User
) -> None:
    second = squeeze_in(doctor, nora)
    edited = move_appointment(second, starts_at=second.starts_at, reason="Fever", by=rita)
    assert (edited.lane, edited.overridden_because) == (1, WHY)


def test_cancelling_after_the_cut_off(visit: Appointment, site: Site, nora: User, rita: User) -> None:
    make_policy(site, cancellation_cutoff_minutes=1440)
    with pytest.raises(Refusal, match="1 day before the visit"):
        cancel_appointment(visit, reason="Flu", by=rita)
    cancelled = cancel_appointment(visit, reason="Flu", override_because=WHY, by=nora)
    assert (cancelled.status, cancelled.overridden_because) == ("cancelled", WHY)
    assert noted(visit)["overridden"] == ["cutoff_passed"]
    assert not Claim.objects.exists()


# ── The pages ────────────────────────────────────────────────────────────────


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def wanted(patient: Patient, doctor: Doctor, **more: Any) -> dict[str, Any]:
    given = {"patient": str(patient.pk), "doctor": str(doctor.pk), "starts_at": "2026-11-30T09:00Z"}
    return given | {"minutes": 30, "reason": "Cough", "nonce": "a" * 32} | more


def test_the_nurse_is_asked_why_and_then_it_is_booked(visit: Appointment, doctor: Doctor, nora: User) -> None:
    ben, desk = make_patient(given_name="Ben"), browser(nora)

    asked = desk.post(BOOK, wanted(ben, doctor))
    assert asked.status_code == 422
    assert "Book anyway, because" in text(asked)
    assert 'value="Cough"' in text(asked)

    done = desk.post(BOOK, wanted(ben, doctor, override_because=WHY))
    assert done.status_code == 302
    page = text(desk.get(done["Location"]))
    assert "Overbooked" in page
    assert WHY in page


def test_reception_sees_other_times_and_who_may(visit: Appointment, doctor: Doctor, rita: User) -> None:
    response = browser(rita).post(BOOK, wanted(make_patient(), doctor))
    assert "Book anyway" not in text(response)
    assert "Administrator, Doctor, Nurse" in text(response)
    assert "starts_at=" in text(response)


def test_a_form_made_by_hand_does_not_help_reception(visit: Appointment, doctor: Doctor, rita: User) -> None:
    response = browser(rita).post(BOOK, wanted(make_patient(), doctor, override_because=WHY))
    assert response.status_code == 403
    assert Appointment.objects.count() == 1


def test_nobody_is_asked_why_where_no_reason_helps(visit: Appointment, doctor: Doctor, nora: User) -> None:
    response = browser(nora).post(BOOK, wanted(visit.patient, doctor, starts_at="2026-11-30T09:15Z"))
    assert "another visit at this time" in text(response)
    assert "anyway" not in text(response)


def test_a_reason_is_not_lost_when_something_else_is_wrong(
    visit: Appointment, doctor: Doctor, nora: User
) -> None:
    typed = wanted(make_patient(), doctor, minutes=7, override_because=WHY)
    assert f'value="{WHY}"' in text(browser(nora).post(BOOK, typed))


def test_moving_anyway(visit: Appointment, doctor: Doctor, nora: User) -> None:
    where = f"/appointments/{visit.pk}/move/"
    typed = {"doctor": doctor.pk, "starts_at": "2026-11-30T14:00Z", "minutes": 30, "version": visit.version}
    desk = browser(nora)
    assert "Move anyway, because" in text(desk.post(where, typed))
    assert desk.post(where, typed | {"override_because": WHY}).status_code == 302
    page = text(desk.get(visit.get_absolute_url()))
    assert "Against a rule" in page
    assert "Consultation hours" in page


def test_cancelling_anyway(visit: Appointment, site: Site, nora: User, rita: User) -> None:
    make_policy(site, cancellation_cutoff_minutes=1440)
    where = f"/appointments/{visit.pk}/cancel/"
    typed = {"reason": "Flu", "version": visit.version}
    assert "Administrator, Doctor, Nurse" in text(browser(rita).post(where, typed))
    desk = browser(nora)
    assert "Cancel anyway, because" in text(desk.post(where, typed))
    assert desk.post(where, typed | {"override_because": WHY}).status_code == 302
    visit.refresh_from_db()
    assert visit.overridden_because == WHY


def test_the_administrators_window_names_what_it_cannot_cancel(
    visit: Appointment, site: Site, adam: User
) -> None:
    make_policy(site, cancellation_cutoff_minutes=1440)
    chosen = {"action": "cancel", "_selected_action": [str(visit.pk)]}
    page = text(browser(adam).post("/admin/appointments/appointment/", chosen, follow=True))
    visit.refresh_from_db()
    assert visit.status == "booked"
    assert "It is too late" in page


# ── The API ──────────────────────────────────────────────────────────────────


def test_another_system_may_not_but_a_nurse_may(
    api: Callable[[User], Any], visit: Appointment, doctor: Doctor, ivo: User, nora: User
) -> None:
    body = {
        "patient": str(make_patient().pk),
        "doctor": str(doctor.pk),
        "starts_at": at(10).isoformat(),
        "minutes": 30,
    }
    refused = api(nora).post(URL, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "slot_taken")
    assert refused.json()["offers"]
    assert api(ivo).post(URL, body | {"override_because": WHY}).status_code == 403
    answer = api(nora).post(URL, body | {"override_because": WHY})
    assert answer.status_code == 201
    assert answer.json()["overridden_because"] == WHY


def test_moving_and_cancelling_through_the_api(
    api: Callable[[User], Any], visit: Appointment, site: Site, nora: User
) -> None:
    make_policy(site, cancellation_cutoff_minutes=1440)
    client, where = api(nora), f"{URL}/{visit.pk}"
    late = {"starts_at": at(11).isoformat()}
    assert client.patch(where, late, headers={"If-Match": "*"}).json()["code"] == "cutoff_passed"
    moved = client.patch(where, late | {"override_because": WHY}, headers={"If-Match": "*"})
    assert (moved.status_code, moved.json()["minutes"]) == (200, 30)
    assert client.delete(where).json()["code"] == "cutoff_passed"
    assert client.post(f"{where}/cancel", {"reason": "Flu"}).json()["code"] == "cutoff_passed"
    cancelled = client.post(f"{where}/cancel", {"reason": "Flu", "override_because": WHY})
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")


# ── The page of rules ────────────────────────────────────────────────────────


def test_the_manager_reads_what_holds_and_where_it_comes_from(doctor: Doctor, site: Site, mona: User) -> None:
    make_policy(site, horizon_days=180)
    make_policy(doctor, daily_cap=12, minimum_notice_minutes=120)
    desk = browser(mona)
    with counted(at_most=5):
        page = text(desk.get("/appointments/rules/"))
    assert "180 days" in page
    assert "2 hours" in page
    assert "Administrator, Doctor, Nurse" in page
    assert "/admin/" not in page


def test_the_administrator_finds_the_way_to_change_them(doctor: Doctor, site: Site, adam: User) -> None:
    policy = make_policy(site, horizon_days=180)
    desk = browser(adam)
    page = text(desk.get("/appointments/rules/"))
    assert f"/admin/appointments/bookingpolicy/{policy.pk}/change/" in page
    adding = f"/admin/appointments/bookingpolicy/add/?{urlencode({'doctor': doctor.pk})}"
    assert adding in page
    typed = {"doctor": str(doctor.pk), "site": "", "daily_cap": "12", "minimum_notice_minutes": ""}
    assert desk.post(adding, typed).status_code == 302
    again = desk.post(adding, typed)
    assert "There are rules for it already" in text(again)
    assert Entry.objects.filter(verb="appointments.keep_booking_policies", outcome="done").count() == 1
