"""Stopping: whole prescriptions or single medicines, with a reason; and all of them when a patient has died."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.errors import Stale
from patients.models import Chart, Patient
from patients.services import record_death
from patients.tests.make import make_patient
from patients.tests.make_notes import treats
from prescriptions.models import Prescription, PrescriptionLine
from prescriptions.services import stop_prescription
from prescriptions.tests.make_prescriptions import again, lines_of, make_draft, make_line, make_signed
from prescriptions.tests.make_signing import begun, code_of, past_the_hedge, sign
from prescriptions.tests.make_stock import handed_out

TODAY, YESTERDAY = date(2026, 11, 30), date(2026, 11, 29)


pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def two(amara: Patient, dora: User, dent: Doctor) -> Prescription:
    """Ibuprofen for a week and metformin until further notice."""
    lines = make_line(), make_line("Metformin 500 mg tablet", days=None)
    return sign(begun(amara, *lines, by=dora), by=dora)


# ── the rule ─────────────────────────────────────────────────────────────────


def test_all_of_it_is_stopped(two: Prescription, amara: Patient, dora: User) -> None:
    stop_prescription(two, because="adverse-effect", note=" Rash  ", by=dora)
    found = again(two)

    assert (found.status, found.stopped_because, found.stopped_note) == ("stopped", "adverse-effect", "Rash")
    assert (found.stopped_by, found.is_intact) == (dora, True)
    for line in lines_of(found):
        assert (line.stopped_because, line.stopped_note, line.stopped_by) == ("adverse-effect", "Rash", dora)
        assert (line.taken_until, line.to_dispense) == (YESTERDAY, Decimal(0))
    assert Chart.of(amara.pk).medicines == []
    entry = Entry.objects.get(verb="prescriptions.stop_prescription")
    assert entry.details["because"] == "adverse-effect"
    assert "Rash" not in str(entry.details)


def test_one_medicine_is_stopped_and_the_other_goes_on(two: Prescription, amara: Patient, dora: User) -> None:
    first, second = lines_of(two)
    version = two.version
    stop_prescription(two, because="ended", lines=[first.pk], by=dora)
    found = again(two)
    first, second = lines_of(two)

    assert (found.status, found.stopped_at, found.version) == ("signed", None, version + 1)
    assert first.stopped_at is not None
    assert (second.stopped_at, second.to_dispense) == (None, Decimal(14))
    assert [one["medicine"] for one in Chart.of(amara.pk).medicines] == ["Metformin 500 mg tablet"]


def test_when_nothing_of_the_others_is_left_it_is_dispensed(two: Prescription, dora: User) -> None:
    ibuprofen, metformin = lines_of(two)
    handed_out(two, str(ibuprofen.quantity), position=ibuprofen.position)
    stop_prescription(again(two), because="ended", lines=[metformin.pk], by=dora)
    assert again(two).status == "dispensed"


def test_when_the_last_medicine_is_stopped_the_prescription_is(two: Prescription, dora: User) -> None:
    first, second = lines_of(two)
    stop_prescription(two, because="ended", lines=[first.pk], by=dora)
    stop_prescription(two, because="wish", lines=[second.pk], by=dora)

    assert (again(two).status, again(two).stopped_because) == ("stopped", "wish")
    assert [one.stopped_because for one in lines_of(two)] == ["ended", "wish"]


def test_what_was_over_before_stays_over_since_then(two: Prescription, dora: User, morning: Any) -> None:
    morning.move_to(datetime(2026, 12, 20, 8, 0, tzinfo=UTC))
    stop_prescription(two, because="ended", by=dora)

    assert [one.taken_until for one in lines_of(two)] == [date(2026, 12, 6), date(2026, 12, 19)]


@pytest.mark.parametrize(
    ("because", "note", "field"),
    [("other", "", "note"), ("other", "  ", "note"), ("", "x", "because"), ("nonsense", "x", "because")],
)
def test_the_reason_is_one_of_the_list_and_another_one_is_said_in_words(
    two: Prescription, dora: User, because: str, note: str, field: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        stop_prescription(two, because=because, note=note, by=dora)
    assert field in wrong.value.message_dict
    assert again(two).status == "signed"


def test_what_is_stopped_is_not_stopped_again(two: Prescription, dora: User) -> None:
    first, _second = lines_of(two)
    stop_prescription(two, because="ended", lines=[first.pk], by=dora)
    assert (
        code_of(lambda: stop_prescription(two, because="wish", lines=[first.pk], by=dora))
        == "already_stopped"
    )
    stop_prescription(two, because="wish", by=dora)
    assert code_of(lambda: stop_prescription(two, because="ended", by=dora)) == "already_stopped"
    assert [one.stopped_because for one in lines_of(two)] == ["ended", "wish"]


def test_lines_of_another_prescription_are_not_stopped_here(two: Prescription, dora: User) -> None:
    with pytest.raises(ValidationError, match="not of this prescription"):
        stop_prescription(two, because="ended", lines=[uuid4()], by=dora)


def test_a_draft_has_nothing_to_stop(amara: Patient, dent: Doctor, dora: User) -> None:
    draft = make_draft(amara, dent)

    assert code_of(lambda: stop_prescription(draft, because="ended", by=dora)) == "not_signed"


@pytest.mark.parametrize("status", ["partly_dispensed", "dispensed", "expired"])
def test_what_was_handed_out_or_has_expired_can_be_stopped(
    amara: Patient, dent: Doctor, dora: User, status: str
) -> None:
    """Somebody may still be taking it."""
    given = make_signed(amara, dent, status=status)

    assert stop_prescription(given, because="ended", by=dora).status == "stopped"


def test_only_doctors_stop_and_only_what_they_have_seen(
    two: Prescription, nora: User, pia: User, dora: User
) -> None:
    for user in (nora, pia):
        with pytest.raises(PermissionDenied):
            stop_prescription(two, because="ended", by=user)
    with pytest.raises(Stale):
        stop_prescription(two, because="ended", seen_version=two.version - 1, by=dora)
    with pytest.raises(Stale):
        stop_prescription(
            two, because="ended", lines=[lines_of(two)[0].pk], seen_version=two.version - 1, by=dora
        )
    assert all(one.stopped_at is None for one in lines_of(two))


def test_what_is_broken_is_not_stopped(two: Prescription, dora: User) -> None:
    past_the_hedge(two, note="x")

    assert code_of(lambda: stop_prescription(again(two), because="ended", by=dora)) == "prescription_broken"


# ── when a patient has died ──────────────────────────────────────────────────


@pytest.mark.parametrize("who", ["dora", "nora", "adam"])
def test_a_death_stops_what_could_be_dispensed_or_is_taken(
    two: Prescription, amara: Patient, dent: Doctor, who: str, request: pytest.FixtureRequest
) -> None:
    """Whoever may write a death down; nobody needs to be allowed to stop prescriptions."""
    partly = make_signed(amara, dent, status="partly_dispensed")
    taken = make_signed(amara, dent, make_line(days=None), status="dispensed")
    long_ago = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
    over = make_signed(amara, dent, signed_at=long_ago, status="dispensed")
    draft = make_draft(amara, dent)
    other = make_signed(make_patient(family_name="Other"), dent)
    user = request.getfixturevalue(who)
    record_death(Patient.objects.get(pk=amara.pk), died_on=TODAY, by=user)

    assert [again(one).status for one in (two, partly, taken)] == ["stopped"] * 3
    assert [again(one).stopped_because for one in (two, partly, taken)] == ["died"] * 3
    assert [again(one).status for one in (over, draft, other)] == ["dispensed", "draft", "signed"]
    assert not PrescriptionLine.objects.filter(prescription=two, stopped_at=None).exists()
    assert Chart.of(amara.pk).medicines == []
    stopped = Entry.objects.get(verb="patients.record_death").details["stopped_prescriptions"]
    assert sorted(stopped) == sorted(str(one.pk) for one in (two, partly, taken))


def test_a_death_without_prescriptions_stops_nothing(amara: Patient, adam: User) -> None:
    record_death(Patient.objects.get(pk=amara.pk), died_on=TODAY, by=adam)

    assert "stopped_prescriptions" not in Entry.objects.get(verb="patients.record_death").details


# ── behind the page ──────────────────────────────────────────────────────────


@pytest.fixture
def desk(amara: Patient, dora: User, dent: Doctor, client: Client) -> Client:
    treats(dora, amara)
    client.force_login(dora)
    return client


def page_of(prescription: Prescription) -> str:
    return reverse("prescriptions:stop", args=[prescription.patient_id, prescription.pk])


def test_dora_chooses_what_is_stopped_on_the_page(desk: Client, two: Prescription) -> None:
    first, second = lines_of(two)
    page = desk.get(page_of(two)).content.decode()
    assert page.count("checked") == 2
    assert "Metformin 500 mg tablet" in page

    given = {"version": str(two.version), "because": "ended", "lines": [str(first.pk)]}
    assert desk.post(page_of(two), given).headers["Location"] == two.get_absolute_url()
    assert [one.stopped_at is None for one in lines_of(two)] == [False, True]
    assert "Ibuprofen" not in desk.get(page_of(two)).content.decode()
    rest = {"version": str(again(two).version), "because": "ended", "lines": [str(second.pk)]}
    assert desk.post(page_of(two), rest).status_code == 302
    assert desk.get(page_of(two)).status_code == 302


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"because": "ended"}, "Choose at least one medicine."),
        ({"because": "", "lines": "all"}, "This field is required."),
        ({"because": "other", "lines": "all"}, "Say in words why."),
    ],
    ids=str,
)
def test_the_page_says_what_is_missing(
    desk: Client, two: Prescription, given: dict[str, Any], said: str
) -> None:
    lines = [str(one.pk) for one in lines_of(two)] if given.get("lines") else []
    answer = desk.post(page_of(two), given | {"version": str(two.version), "lines": lines})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert again(two).status == "signed"


def test_who_does_not_treat_the_patient_stops_nothing(two: Prescription, dov: User, client: Client) -> None:
    make_doctor(user=dov)
    client.force_login(dov)
    given = {"version": str(two.version), "because": "ended", "lines": [str(lines_of(two)[0].pk)]}

    assert client.post(page_of(two), given).status_code == 404
