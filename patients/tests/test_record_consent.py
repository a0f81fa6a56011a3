"""What a patient allows: said, written down, never changed; the latest counts."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from hospital.errors import Refusal
from hospital.tests.queries import counted
from patients import timeline
from patients.models import Chart, Consent, Patient, TimelineEntry
from patients.services import deactivate_patient, declare_care, record_consent, record_death
from patients.tests.make import make_patient

SHARING, ASSISTANT = Consent.Kind.DATA_SHARING, Consent.Kind.EXTERNAL_ASSISTANT
Allowed = dict[str, bool]


@pytest.fixture
def nurse(amara: Patient, nora: User) -> User:
    """Nora, who treats Amara."""
    declare_care(amara, reason="Ward round", by=nora)
    return nora


def say(patient: Patient, by: User, kind: str = SHARING, *, yes: bool = True, **more: Any) -> Consent:
    return record_consent(patient, kind=kind, is_given=yes, by=by, **more)


def kept(patient: Patient) -> Allowed:
    return dict(Chart.of(patient.pk).consents)


# ── The rule ─────────────────────────────────────────────────────────────────
def test_who_was_never_asked_allows_nothing(amara: Patient) -> None:
    assert not Consent.objects.allows(amara.pk, SHARING)
    assert not Consent.objects.allows(uuid4(), ASSISTANT)
    assert kept(amara) == {}


def test_the_latest_counts_and_the_earlier_ones_stay(amara: Patient, rita: User, dora: User) -> None:
    say(amara, rita)
    assert Consent.objects.allows(amara.pk, SHARING)
    say(amara, dora, yes=False, note_text="By  phone ")
    assert not Consent.objects.allows(amara.pk, SHARING)
    say(amara, rita)
    assert Consent.objects.allows(amara.pk, SHARING)

    rows = Consent.objects.order_by("id").values_list("is_given", "note", "recorded_by")
    assert list(rows) == [(True, "", rita.pk), (False, "By phone", dora.pk), (True, "", rita.pk)]


def test_a_yes_to_one_thing_is_no_yes_to_another_nor_anothers(amara: Patient, rita: User) -> None:
    say(amara, rita)
    other = make_patient(given_name="Petra")

    assert not Consent.objects.allows(amara.pk, ASSISTANT)
    assert not Consent.objects.allows(other.pk, SHARING)


def test_what_was_taken_back_as_an_error_does_not_count(amara: Patient, rita: User) -> None:
    say(amara, rita).retract(because="Another patient", by=rita)

    assert not Consent.objects.allows(amara.pk, SHARING)


def test_the_first_page_of_the_chart_says_it(amara: Patient, rita: User) -> None:
    say(amara, rita)
    assert kept(amara) == {"data_sharing": True}
    say(amara, rita, ASSISTANT, yes=False)
    assert kept(amara) == {"data_sharing": True, "external_assistant": False}


def test_a_closed_record_takes_a_no_but_no_yes(amara: Patient, rita: User, dora: User) -> None:
    say(amara, rita)
    deactivate_patient(amara, reason="Moved away", by=rita)
    with pytest.raises(Refusal) as refused:
        say(amara, rita)
    assert refused.value.code == "patient_inactive"

    say(amara, rita, yes=False)
    assert not Consent.objects.allows(amara.pk, SHARING)
    record_death(amara, died_on=date(2026, 5, 3), by=dora)
    with pytest.raises(Refusal) as refused:
        say(amara, rita)
    assert refused.value.code == "patient_deceased"


@pytest.mark.parametrize(("kind", "note_text"), [("x", ""), (SHARING, "x" * 201), (SHARING, "\u202ex")])
def test_what_cannot_be_is_refused(amara: Patient, rita: User, kind: str, note_text: str) -> None:
    with pytest.raises(ValidationError):
        say(amara, rita, kind, note_text=note_text)

    assert not Consent.objects.exists()
    assert kept(amara) == {}


@pytest.mark.parametrize("who", ["pia", "carl", "mona", "ivo", "una"])
def test_others_write_nothing_down(amara: Patient, who: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        say(amara, request.getfixturevalue(who))


def test_the_audit_says_what_and_not_the_note(amara: Patient, rita: User) -> None:
    say(amara, rita, note_text="The mother for her child")

    entry = Entry.objects.get(verb="patients.record_consent")
    assert (entry.patient_id, entry.details) == (amara.pk, {"kind": "data_sharing", "is_given": True})


def test_the_timeline_says_it_and_written_anew_says_the_same(amara: Patient, adam: User, rita: User) -> None:
    say(amara, rita)
    say(amara, rita, ASSISTANT, yes=False)
    live = list(TimelineEntry.objects.of(amara.pk).values_list("key", "at", "facts"))
    drawn, _next = timeline.read(amara, adam)
    assert [one.line.title for one in drawn] == [
        "No: An assistant outside this house",
        "Yes: Sharing data with other providers",
    ]
    assert drawn[0].line.detail == "Said to Rita Ramos"

    timeline.rebuild(amara.pk)
    assert list(TimelineEntry.objects.of(amara.pk).values_list("key", "at", "facts")) == live


# ── The page ─────────────────────────────────────────────────────────────────
def form(**typed: str) -> dict[str, str]:
    return {"kind": "data_sharing", "is_given": "yes", "note": "", "nonce": uuid4().hex} | typed


def test_the_desk_asks_and_writes_down_without_seeing_the_chart(
    amara: Patient, rita: User, client: Client
) -> None:
    Chart.objects.create(pk=amara.pk, allergies={"known": [{"substance": "Penicillin"}]})
    client.force_login(rita)
    address = reverse("patients:consents", args=[amara.pk])
    assert "Not asked yet" in client.get(address).content.decode()

    sent = form(note="On paper")
    answers = [client.post(f"{address}record/", sent, follow=True) for _ in range(2)]
    page = answers[0].content.decode()
    assert answers[0].redirect_chain == [(address, 302)]
    assert "On paper" in page
    assert "Rita Ramos" in page
    assert "Penicillin" not in page
    assert Consent.objects.count() == 1

    record = client.get(amara.get_absolute_url()).content.decode()
    assert address in record
    assert "Sharing data with other providers" in record
    assert "Penicillin" not in record


@pytest.mark.parametrize(
    "wrong", [{"kind": ""}, {"kind": "x"}, {"is_given": ""}, {"note": "x" * 201}, {"nonce": ""}]
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    amara: Patient, rita: User, client: Client, wrong: dict[str, str]
) -> None:
    client.force_login(rita)
    address = reverse("patients:record_consent", args=[amara.pk])
    answer = client.post(address, form(note="The mother") | wrong)

    assert answer.status_code == 422
    assert "The mother" in answer.content.decode() or "note" in wrong
    assert not Consent.objects.exists()


def test_a_clinician_who_does_not_treat_is_led_to_the_record(
    amara: Patient, dora: User, client: Client
) -> None:
    client.force_login(dora)
    address = reverse("patients:consents", args=[amara.pk])

    assert client.get(address).headers["Location"] == f"{amara.get_absolute_url()}#declare"
    assert client.post(f"{address}record/", form()).status_code == 404
    assert not Consent.objects.exists()


def test_the_page_costs_the_same_however_much_was_said(amara: Patient, rita: User, client: Client) -> None:
    for number in range(12):
        say(amara, rita, yes=bool(number % 2))
    client.force_login(rita)
    address = reverse("patients:consents", args=[amara.pk])
    client.get(address)
    with counted(at_most=6):
        client.get(address)


# ── The API ──────────────────────────────────────────────────────────────────
def test_the_api_writes_down_and_lists(amara: Patient, nurse: User, api: Any) -> None:
    client, url = api(nurse), f"/api/v1/patients/{amara.pk}/consents"
    assert client.post(url, {"kind": "data_sharing"}).status_code == 400
    assert client.post(url, {"kind": "x", "is_given": True}).status_code == 400

    said = {"kind": "data_sharing", "is_given": True, "note": "On paper"}
    answers = [client.post(url, said, headers={"Idempotency-Key": "k-1"}) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    (row,) = client.get(url).json()["results"]
    assert (row["is_given"], row["note"], row["recorded_by"]) == (True, "On paper", str(nurse.pk))
    assert client.get(answers[0].headers["Location"]).json() == row


def test_a_closed_record_is_told_by_its_code(amara: Patient, rita: User, api: Any) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)
    url = f"/api/v1/patients/{amara.pk}/consents"
    answer = api(rita).post(url, {"kind": "data_sharing", "is_given": True})

    assert (answer.status_code, answer.json()["code"]) == (409, "patient_inactive")


def test_what_another_patient_said_is_not_found_here(
    amara: Patient, nurse: User, rita: User, api: Any
) -> None:
    theirs = say(make_patient(given_name="Petra"), rita)

    assert api(nurse).get(f"/api/v1/patients/{amara.pk}/consents/{theirs.pk}").status_code == 404
    assert Entry.objects.filter(outcome="denied", subject_id=theirs.pk, actor_id=nurse.pk).exists()


def test_an_id_in_the_body_reaches_no_other_row(amara: Patient, nurse: User, rita: User, api: Any) -> None:
    theirs = say(make_patient(given_name="Petra"), rita)
    sent = {
        "id": str(theirs.pk),
        "patient": str(theirs.patient_id),
        "kind": "data_sharing",
        "is_given": False,
        "recorded_by": str(rita.pk),
    }
    body = api(nurse).post(f"/api/v1/patients/{amara.pk}/consents", sent).json()

    assert (body["patient"], body["recorded_by"]) == (str(amara.pk), str(nurse.pk))
    assert body["id"] != sent["id"]
    theirs.refresh_from_db()
    assert theirs.is_given


def test_strangers_and_clinicians_without_care_find_nothing(
    amara: Patient, dora: User, pia: User, rita: User, api: Any
) -> None:
    say(amara, rita)
    url = f"/api/v1/patients/{amara.pk}/consents"

    assert api(dora).get(url).status_code == 404
    assert api(pia).get(url).status_code == 403
    assert api(rita).get(f"/api/v1/patients/{uuid4()}/consents").status_code == 404
