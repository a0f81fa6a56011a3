"""The note of a visit: one for each, and the visit is over when it is signed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appointments.models import Appointment
from appointments.services import (
    complete_appointment,
    open_visit_note,
    start_appointment,
    undo_step,
)
from appointments.tests.conftest import Arrive, code_of
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.tests.scratch import Scratch, scratch
from patients.models import Encounter
from patients.services import begin_care, discard_note, sign_encounter, write_note

Status = Appointment.Status


@pytest.fixture
def waiting(arrive: Arrive) -> Appointment:
    return arrive("Ann", 9)


def now(visit: Appointment) -> Appointment:
    found: Appointment = Appointment.objects.with_names().get(pk=visit.pk)
    return found


def signed(note: Encounter, by: User) -> Encounter:
    return sign_encounter(note, seen_version=note.version, plan="Home.", by=by)


# ── the rule ─────────────────────────────────────────────────────────────────


def test_the_note_of_who_waits_begins_the_consultation(waiting: Appointment, dora: User) -> None:
    note = open_visit_note(waiting, by=dora)
    visit = now(waiting)

    assert (note.kind, note.author, note.patient_id) == ("visit", dora, waiting.patient_id)
    assert (visit.encounter_id, visit.status) == (note.pk, Status.IN_CONSULTATION)


def test_it_is_opened_twice_and_is_one(waiting: Appointment, dora: User) -> None:
    """The second comes from a page that was loaded before the first."""
    as_read = now(waiting)
    notes = [open_visit_note(one, by=dora) for one in (waiting, as_read, now(waiting))]

    assert len({note.pk for note in notes}) == 1
    assert Encounter.objects.count() == 1


def test_a_note_is_written_late_and_the_visit_stays_over(waiting: Appointment, dora: User) -> None:
    complete_appointment(start_appointment(waiting, by=dora), by=dora)
    note = signed(open_visit_note(waiting, by=dora), dora)

    assert now(waiting).status == Status.COMPLETED
    assert note.told == ("The visit is completed.",)


def test_who_has_not_come_has_no_note(visit: Appointment, dora: User) -> None:
    assert code_of(lambda: open_visit_note(visit, by=dora)) == "not_here"
    assert not Encounter.objects.exists()


def test_a_draft_that_was_discarded_gives_way(waiting: Appointment, dora: User) -> None:
    first = open_visit_note(waiting, by=dora)
    discard_note(first, reason="Begun twice", by=dora)
    second = open_visit_note(waiting, by=dora)

    assert second.pk != first.pk
    assert now(waiting).encounter_id == second.pk


@pytest.mark.parametrize("who", ["rita", "adam", "mona", "carl", "ivo"])
def test_only_clinicians_open_it(waiting: Appointment, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        open_visit_note(waiting, by=request.getfixturevalue(who))
    assert now(waiting).status == Status.ARRIVED


def test_a_nurse_begins_the_note_and_not_the_consultation(
    waiting: Appointment, nora: User, dora: User
) -> None:
    note = open_visit_note(waiting, by=nora)
    assert now(waiting).status == Status.ARRIVED
    assert open_visit_note(waiting, by=dora).pk == note.pk


def test_signing_ends_the_visit(waiting: Appointment, dora: User) -> None:
    note = signed(open_visit_note(waiting, by=dora), dora)
    visit = now(waiting)

    assert (visit.status, visit.finished_at is not None) == (Status.COMPLETED, True)
    assert note.told == ("The visit is completed.",)


def test_a_signer_who_may_not_end_the_visit_is_told(waiting: Appointment, dora: User, nora: User) -> None:
    note = open_visit_note(waiting, by=dora)
    note = signed(note, nora)

    assert now(waiting).status == Status.IN_CONSULTATION
    assert note.told == ("The visit stays as it is: in consultation.",)


def test_a_visit_that_still_waits_stays_and_that_is_said(waiting: Appointment, dora: User) -> None:
    note = open_visit_note(waiting, by=dora)
    undo_step(now(waiting), by=dora)
    note = signed(note, dora)

    assert now(waiting).status == Status.ARRIVED
    assert note.told == ("The visit stays as it is: arrived.",)


def test_taking_the_end_back_leaves_the_note_signed(waiting: Appointment, dora: User) -> None:
    note = signed(open_visit_note(waiting, by=dora), dora)
    undo_step(now(waiting), by=dora)

    assert now(waiting).status == Status.IN_CONSULTATION
    found = Encounter.objects.get()
    assert (found.pk, found.is_signed, found.is_intact) == (note.pk, True, True)


def test_a_note_of_no_visit_says_nothing_of_one(waiting: Appointment, dora: User) -> None:
    from patients.services import open_encounter  # noqa: PLC0415 only here

    note = signed(open_encounter(waiting.patient, kind="phone", by=dora), dora)

    assert note.told == ()
    assert now(waiting).status == Status.ARRIVED


# ── behind the pages ─────────────────────────────────────────────────────────


@pytest.fixture
def desk(client: Client, dora: User, doctor: Doctor) -> Client:
    client.force_login(dora)
    return client


def test_dora_goes_from_her_day_to_the_note_and_back(desk: Client, waiting: Appointment) -> None:
    opening = reverse("appointments:open_note", args=[waiting.pk])
    pages = (reverse("home"), reverse("appointments:desk"), waiting.get_absolute_url())
    for page in pages:
        assert f'action="{opening}"' in desk.get(page).content.decode(), page
    answers = [desk.post(opening) for _ in range(2)]

    note = Encounter.objects.get()
    assert [one.headers["Location"] for one in answers] == [note.get_absolute_url()] * 2
    for page in pages:
        text = desk.get(page).content.decode()
        assert f'href="{note.get_absolute_url()}"' in text, page
        assert f'action="{opening}"' not in text, page


def test_after_signing_the_page_says_that_the_visit_is_over(desk: Client, waiting: Appointment) -> None:
    desk.post(reverse("appointments:open_note", args=[waiting.pk]))
    note = Encounter.objects.get()
    write_note(note, seen_version=1, plan="Home.", by=note.author)
    signing = reverse("patients:sign_note", args=[waiting.patient_id, note.pk])
    page = desk.post(signing, {"version": "2"}, follow=True).content.decode()

    assert "Signed. The visit is completed." in page


def test_the_record_leads_to_the_note_of_today(desk: Client, waiting: Appointment) -> None:
    opening = reverse("patients:open_encounter", args=[waiting.patient_id])
    record = desk.get(waiting.patient.get_absolute_url()).content.decode()
    assert f'href="{opening}"' in record
    page = desk.get(opening).content.decode()
    begin = reverse("appointments:open_note", args=[waiting.pk])
    assert f'action="{begin}"' in page
    assert page.count("btn-primary") == 1

    desk.post(begin)
    assert desk.get(opening).headers["Location"] == Encounter.objects.get().get_absolute_url()


def test_who_is_refused_is_told_where_he_was(desk: Client, visit: Appointment) -> None:
    answer = desk.post(reverse("appointments:open_note", args=[visit.pk]), follow=True)

    assert "The patient has not come yet." in answer.content.decode()
    assert not Encounter.objects.exists()


def test_a_nurse_who_does_not_treat_the_patient_is_led_to_where_that_is_said(
    client: Client, waiting: Appointment, nora: User, api: Any
) -> None:
    client.force_login(nora)
    opening = reverse("appointments:open_note", args=[waiting.pk])
    assert client.post(opening).headers["Location"].endswith("#declare")
    assert api(nora).post(f"/api/v1/appointments/{waiting.pk}/open-note").status_code == 404
    assert not Encounter.objects.exists()

    begin_care(waiting.patient, user=nora, because="Ward round", by=nora)
    assert client.post(opening).headers["Location"] == Encounter.objects.get().get_absolute_url()


def test_another_doctors_visit_is_not_there(
    client: Client, waiting: Appointment, dov: User, api: Any
) -> None:
    make_doctor(user=dov)
    client.force_login(dov)
    assert client.post(reverse("appointments:open_note", args=[waiting.pk])).status_code == 404
    assert api(dov).post(f"/api/v1/appointments/{waiting.pk}/open-note").status_code == 404


def test_reception_sees_no_way_to_the_note(
    client: Client, waiting: Appointment, dora: User, rita: User
) -> None:
    note = open_visit_note(waiting, by=dora)
    client.force_login(rita)
    for page in (reverse("home"), reverse("appointments:desk"), waiting.get_absolute_url()):
        text = client.get(page).content.decode()
        assert str(note.pk) not in text
        assert reverse("appointments:open_note", args=[waiting.pk]) not in text


def test_at_the_api(waiting: Appointment, visit: Appointment, dora: User, api: Any) -> None:
    client = api(dora)
    answers = [client.post(f"/api/v1/appointments/{waiting.pk}/open-note") for _ in range(2)]
    refused = client.post(f"/api/v1/appointments/{visit.pk}/open-note")

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["kind"] == "visit"
    assert (refused.status_code, refused.json()["code"]) == (409, "not_here")


# ── by real processes ────────────────────────────────────────────────────────

WORKERS = 8
VISITS = 6


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Scratch]:
    with scratch(tmp_path) as place:
        yield place


def compete(here: Scratch, door: str) -> tuple[list[Any], Any]:
    """Everybody opens the note of each visit at the same instant. What each got, and what is there in the end."""
    race = ["-m", "appointments.tests.race_notes"]
    planted = json.dumps(here.run(*race, "plant", "--visits", str(VISITS)))
    words = ["--door", door, "--planted", planted, "--ready", str(here.folder), "--workers", str(WORKERS)]
    told = here.run_all([[*race, "compete", *words, "--worker", str(worker)] for worker in range(WORKERS)])
    return told, here.run(*race, "look")


@pytest.mark.concurrency
@pytest.mark.soak
def test_looking_first_and_then_beginning_a_note_begins_several(here: Scratch) -> None:
    """The naive version is seen to fail, so that the test below is known to be able to."""
    _told, found = compete(here, "naive")
    assert found["notes"] > VISITS


@pytest.mark.concurrency
def test_eight_at_once_get_one_note_for_each_visit_and_one_signs_it(here: Scratch) -> None:
    told, found = compete(here, "services")
    print(f"{WORKERS} processes, {VISITS} visits, signed by each {[one['signed'] for one in told]}")
    assert {tuple(one["notes"]) for one in told} == {tuple(told[0]["notes"])}
    assert found["notes"] == found["linked"] == len(set(told[0]["notes"])) == VISITS
    assert sum(one["signed"] for one in told) == found["signed"] == VISITS
    assert found["status"] == {"completed": VISITS}
    assert found["intact"]
