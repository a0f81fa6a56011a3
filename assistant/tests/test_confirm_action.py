"""What the assistant proposes is done once, by the person to whom it was proposed, exactly as it was shown."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from appointments.availability import next_free
from appointments.models import Appointment
from appointments.services import book_appointment
from assistant.models import PendingAction
from assistant.models.actions import canonical
from assistant.services import confirm_action, dismiss_action
from assistant.tests.turn import ask
from assistant.tools import Gathering
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor
from hospital import clock
from hospital.errors import Refusal
from patients.models import Encounter, Patient
from patients.services import begin_care
from patients.tests.make import clerk, make_treated
from prescriptions.models import Prescription

LINES = [{"medicine": "Amoxicillin 500 mg capsule", "frequency": "tds", "days": 7, "dose": "1"}]


@pytest.fixture
def doctor(dora: User) -> Doctor:
    doctor = make_doctor(user=dora)
    dora.refresh_from_db()
    return doctor


@pytest.fixture
def amara(dora: User, doctor: Doctor) -> Patient:
    return make_treated(dora)


def proposed(by: User, patient: Patient, name: str = "propose_note", **arguments: Any) -> PendingAction:
    given = arguments or {"assessment": "Hypertension, at target.", "plan": "Review in May."}
    result = ask(name, by, patient, **given)
    assert result.failed == "", result.content
    assert result.proposed is not None
    return result.proposed


def again(action: PendingAction) -> PendingAction:
    found: PendingAction = PendingAction.objects.select_related("patient").get(pk=action.pk)
    return found


def test_a_proposal_writes_nothing_but_itself(dora: User, amara: Patient) -> None:
    turn = Gathering()
    result = ask("propose_note", dora, amara, turn=turn, plan="Review in May.")
    action = PendingAction.objects.get()
    assert turn.proposed == [action]
    assert action.arguments == '{"plan":"Review in May."}'
    assert "confirmation" in result.content
    assert not Encounter.objects.exists()


def test_a_confirmed_note_is_a_draft_of_whoever_confirmed_it(dora: User, amara: Patient) -> None:
    action = proposed(dora, amara)
    confirm_action(action, seen=action.sha256, by=dora)
    note = Encounter.objects.get()
    assert (note.plan, note.is_draft, note.author_id) == ("Review in May.", True, dora.pk)
    assert again(action).made_id == note.pk
    assert Entry.objects.filter(verb="assistant.confirm_action", outcome="done").count() == 1


def test_a_confirmed_prescription_is_a_draft_and_checked(dora: User, amara: Patient) -> None:
    action = proposed(dora, amara, "propose_prescription", medicines=LINES, indication="Bronchitis")
    confirm_action(action, seen=action.sha256, by=dora)
    draft = Prescription.objects.get()
    assert draft.status == Prescription.Status.DRAFT
    assert [one.medicine for one in draft.written] == ["Amoxicillin 500 mg capsule"]
    assert draft.safety["checked_at"]


def a_free_time(dora: User, amara: Patient, doctor: Doctor) -> PendingAction:
    make_block(doctor)
    slot = next_free([doctor], clock.now().date(), days=14)[0]
    when = slot.starts_at.isoformat()
    return proposed(
        dora, amara, "propose_appointment", doctor=str(doctor.pk), starts_at=when, minutes=slot.minutes
    )


def test_a_confirmed_appointment_is_booked(dora: User, amara: Patient, doctor: Doctor) -> None:
    action = a_free_time(dora, amara, doctor)
    assert not Appointment.objects.exists()
    confirm_action(action, seen=action.sha256, by=dora)
    visit = Appointment.objects.get()
    assert (visit.patient_id, visit.booked_by_id) == (amara.pk, dora.pk)
    assert again(action).made_url == visit.get_absolute_url()


def test_what_the_rules_of_booking_refuse_is_refused_and_goes_on_waiting(
    dora: User, amara: Patient, doctor: Doctor
) -> None:
    action = a_free_time(dora, amara, doctor)
    other = make_treated(dora, given_name="Bela", family_name="Brandt")
    given = action.given
    starts_at, minutes = datetime.fromisoformat(given["starts_at"]), given["minutes"]
    book_appointment(patient=other, doctor=doctor, starts_at=starts_at, minutes=minutes, by=dora)
    with pytest.raises(Refusal):
        confirm_action(action, seen=action.sha256, by=dora)
    assert again(action).is_waiting
    assert Appointment.objects.count() == 1


def test_it_is_done_once(dora: User, amara: Patient) -> None:
    action = proposed(dora, amara)
    seen_by_the_slower = again(action)
    confirm_action(action, seen=action.sha256, by=dora)
    for late in (again(action), seen_by_the_slower):
        with pytest.raises(Refusal):
            confirm_action(late, seen=action.sha256, by=dora)
    assert Encounter.objects.count() == 1


def test_other_arguments_than_those_shown_are_refused(dora: User, amara: Patient) -> None:
    action = proposed(dora, amara)
    with pytest.raises(Refusal, match="not what was proposed"):
        confirm_action(action, seen="0" * 64, by=dora)
    PendingAction.objects.filter(pk=action.pk).update(arguments=canonical({"plan": "Something else."}))
    with pytest.raises(Refusal, match="not what was proposed"):
        confirm_action(again(action), seen=action.sha256, by=dora)
    assert not Encounter.objects.exists()


def test_after_ten_minutes_it_is_refused(dora: User, amara: Patient) -> None:
    action = proposed(dora, amara)
    late = clock.now() + timedelta(minutes=10, seconds=1)
    with clock.pretending(late), pytest.raises(Refusal, match="ten minutes"):
        confirm_action(again(action), seen=action.sha256, by=dora)
    assert not Encounter.objects.exists()


def test_nobody_else_confirms_it(dora: User, dov: User, amara: Patient) -> None:
    begin_care(amara, user=dov, because="Booked", by=clerk())
    action = proposed(dora, amara)
    with pytest.raises(PermissionDenied):
        confirm_action(action, seen=action.sha256, by=dov)
    with pytest.raises(PermissionDenied):
        dismiss_action(action, by=dov)
    assert again(action).is_waiting


def test_what_was_dismissed_is_not_done(dora: User, amara: Patient) -> None:
    action = proposed(dora, amara)
    dismiss_action(action, by=dora)
    with pytest.raises(Refusal):
        confirm_action(again(action), seen=action.sha256, by=dora)
    assert not Encounter.objects.exists()


def test_what_cannot_be_done_is_not_proposed(dora: User, nora: User, amara: Patient) -> None:
    begin_care(amara, user=nora, because="Booked", by=clerk())
    assert ask("propose_prescription", nora, amara, medicines=LINES).failed == "not_allowed"
    assert ask("propose_note", dora, amara).failed == "invalid"
    past: Any = {"doctor": "Dietz", "starts_at": "2020-01-01T09:00:00+00:00"}
    assert ask("propose_appointment", dora, amara, **past).failed in {"invalid", "which_doctor"}
    odd = [{"medicine": "Amoxicillin 500 mg capsule", "frequency": "whenever the moon is full"}]
    assert ask("propose_prescription", dora, amara, medicines=odd).failed == "invalid"
    assert not PendingAction.objects.exists()


# ── The page ────────────────────────────────────────────────────────────────


def test_the_page_shows_exactly_what_would_be_done_and_does_it(
    dora: User, amara: Patient, client: Client
) -> None:
    action = proposed(dora, amara)
    client.force_login(dora)
    page = client.get(action.get_absolute_url())
    assert "Hypertension, at target." in page.content.decode()
    assert not Encounter.objects.exists()

    done = client.post(action.get_absolute_url(), {"seen": action.sha256})

    assert done.status_code == 302
    assert done["Location"] == again(action).made_url
    twice = client.post(action.get_absolute_url(), {"seen": action.sha256})
    assert twice.status_code == 422
    assert "decided already" in twice.content.decode()
    assert Encounter.objects.count() == 1


def test_somebody_elses_page_is_not_found(dora: User, dov: User, amara: Patient, client: Client) -> None:
    begin_care(amara, user=dov, because="Booked", by=clerk())
    action = proposed(dora, amara)
    client.force_login(dov)
    for url in (action.get_absolute_url(), reverse("assistant:dismiss", args=[action.pk])):
        answer = client.post(url, {"seen": action.sha256})
        assert answer.status_code == 404
        assert "Hypertension" not in answer.content.decode()
    assert again(action).is_waiting


def test_the_list_holds_what_waits(dora: User, amara: Patient, client: Client) -> None:
    client.force_login(dora)
    assert "Nothing waits" in client.get(reverse("assistant:actions")).content.decode()
    action = proposed(dora, amara)
    assert action.get_absolute_url() in client.get(reverse("assistant:actions")).content.decode()
    client.post(reverse("assistant:dismiss", args=[action.pk]))
    assert again(action).status == PendingAction.Status.DISMISSED
