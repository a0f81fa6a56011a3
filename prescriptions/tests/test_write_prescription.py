"""Beginning a prescription and writing into a draft: alone, continued by another, and twice."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Department, User
from accounts.once import Once
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.errors import KeyReused, Refusal, Stale
from hospital.tests.queries import counted
from patients.models import Patient, TimelineEntry
from patients.services import deactivate_patient, record_allergy, record_death
from patients.tests.make import make_patient
from prescriptions.dosage import Written, written
from prescriptions.models import Prescription, Product, Warned
from prescriptions.safety.ruleset import ruleset
from prescriptions.services import (
    begin_prescription,
    discard_prescription,
    edit_product,
    write_prescription,
)
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import again, make_draft, make_line, make_signed

Status = Prescription.Status


@pytest.fixture
def doctor(department: Department, dora: User) -> Doctor:
    return make_doctor(user=dora, department=department)


@pytest.fixture
def amara(doctor: Doctor) -> Patient:
    return make_patient()


@pytest.fixture
def ibuprofen(doctor: Doctor) -> Product:
    return make_product()


def of(product: Product, dose: str = "1", frequency: str = "bd", **more: Any) -> Written:
    return written(product.prescribable, dose=dose, frequency=frequency, **{"days": "7"} | more)


def save(draft: Prescription, *lines: Written, by: User, **more: Any) -> Prescription:
    given: dict[str, Any] = {"seen_version": draft.version, "indication": "", "note": ""} | more
    return write_prescription(draft, lines=lines, by=by, **given)


def refused(code: str) -> Any:
    return pytest.raises(Refusal, match=r"\w", check=lambda error: error.code == code)


def wrong(*lines: Written, patient: Patient, by: User) -> str:
    with pytest.raises(ValidationError) as raised:
        begin_prescription(patient, lines=lines, by=by)
    assert not Prescription.objects.exists()
    return " ".join(raised.value.message_dict["lines"])


def warned(draft: Prescription) -> dict[str, tuple[str, str]]:
    """Rule → severity and outcome."""
    rows = Warned.objects.filter(prescription_id=draft.pk).values_list("rule", "severity", "outcome")
    return {rule: (severity, outcome) for rule, severity, outcome in rows}


# ── begun ────────────────────────────────────────────────────────────────────


def test_a_prescription_begins_as_a_draft_of_its_doctor(
    amara: Patient, ibuprofen: Product, doctor: Doctor, dora: User
) -> None:
    draft = begin_prescription(
        amara, lines=[of(ibuprofen)], indication="  Sore   knee ", note=" Please\nexplain ", by=dora
    )
    assert (draft.status, draft.doctor, draft.department_id) == (Status.DRAFT, doctor, doctor.department_id)
    assert (draft.recorded_by, draft.indication, draft.note) == (dora, "Sore knee", "Please\nexplain")
    assert [line.text for line in again(draft).written] == ["Take 1 tablet by mouth twice a day for 7 days."]
    assert again(draft).is_intact
    assert Entry.objects.get(verb="prescriptions.write_prescription").patient_id == amara.pk


def test_it_may_be_empty_at_first(amara: Patient, dora: User) -> None:
    draft = begin_prescription(amara, by=dora)
    assert (draft.lines, draft.safety["findings"]) == ([], [])


def test_it_stands_in_the_timeline(amara: Patient, ibuprofen: Product, dora: User) -> None:
    draft = begin_prescription(amara, lines=[of(ibuprofen)], by=dora)
    entry = TimelineEntry.objects.get(subject_id=draft.pk)
    assert (entry.facts["status"], entry.facts["medicines"]) == ("draft", ["Ibuprofen 400 mg tablet"])


def test_who_is_no_doctor_cannot_begin_one(amara: Patient, dov: User, nora: User, pia: User) -> None:
    with refused("not_a_doctor"):
        begin_prescription(amara, by=dov)  # has the role, and no profile
    for person in (nora, pia):
        with pytest.raises(PermissionDenied):
            begin_prescription(amara, by=person)


def test_nothing_is_begun_for_the_dead_or_for_a_closed_record(amara: Patient, dora: User, adam: User) -> None:
    other = make_patient(given_name="Bea")
    deactivate_patient(amara, reason="Moved away", by=adam)
    record_death(other, died_on=date(2026, 1, 1), by=dora)
    with refused("patient_inactive"):
        begin_prescription(amara, by=dora)
    with refused("patient_deceased"):
        begin_prescription(other, by=dora)


def test_the_same_request_begins_one(amara: Patient, ibuprofen: Product, dora: User) -> None:
    first = begin_prescription(amara, lines=[of(ibuprofen)], once=Once("a key", "x"), by=dora)
    second = begin_prescription(amara, lines=[of(ibuprofen)], once=Once("a key", "x"), by=dora)
    assert first.pk == second.pk
    assert Prescription.objects.count() == 1
    with pytest.raises(KeyReused):
        begin_prescription(amara, once=Once("a key", "y"), by=dora)


# ── lines ────────────────────────────────────────────────────────────────────


def test_twenty_medicines_are_enough(amara: Patient, ibuprofen: Product, dora: User) -> None:
    begin_prescription(amara, lines=[of(ibuprofen)] * 20, by=dora)
    with pytest.raises(ValidationError, match="At most 20 medicines"):
        begin_prescription(amara, lines=[of(ibuprofen)] * 21, by=dora)


def test_what_follows_from_a_line_is_computed_here_whoever_sent_it(
    amara: Patient, ibuprofen: Product, dora: User
) -> None:
    forged = replace(
        of(ibuprofen, dose="4", frequency="qds"),
        medicine="Sugar",
        times_a_day=Decimal("0.1"),
        text="Take it all at once.",
    )
    draft = begin_prescription(amara, lines=[forged], by=dora)
    (line,) = draft.written
    assert (line.medicine, line.times_a_day) == ("Ibuprofen 400 mg tablet", Decimal(4))
    assert line.text == "Take 4 tablets by mouth 4 times a day for 7 days."
    assert warned(draft)["dose-ibuprofen-from-12"] == ("serious", "open")


def test_what_is_wrong_is_said_with_the_number_of_its_line(
    amara: Patient, ibuprofen: Product, dora: User
) -> None:
    said = wrong(of(ibuprofen), replace(of(ibuprofen), frequency="tdss"), patient=amara, by=dora)
    assert said == "Line 2: “tdss” is not understood. Is “tds” meant?"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"product": "01890000-0000-7000-8000-000000000000"}, "There is no such product"),
        ({"product": "no id"}, "There is no such product"),
        ({"route": "by magic"}, "There is no such route"),
        ({"note": "a\x00b"}, "cannot be printed"),
        ({"as_needed_for": "pain\u202e"}, "cannot be printed"),
        ({"dose": Decimal(-1)}, "above 0"),
        ({"dose": Decimal("NaN")}, "above 0"),
        ({"quantity": Decimal("1e20")}, "how much is given out"),
        ({"days": 100_000}, "between 1 day and 10 years"),
        ({"unit": "barrel"}, "The unit “barrel” is not known"),
        ({"product": "", "medicine": " "}, "Write what is prescribed"),
        ({"product": "", "medicine": "x" * 241}, "At most 240 signs"),
    ],
)
def test_no_door_lets_in_what_is_not_so(
    amara: Patient, ibuprofen: Product, dora: User, change: dict[str, Any], said: str
) -> None:
    assert said in wrong(replace(of(ibuprofen), **change), patient=amara, by=dora)


def test_a_withdrawn_product_cannot_be_written_anew(
    amara: Patient, ibuprofen: Product, dora: User, adam: User
) -> None:
    line = of(ibuprofen)
    edit_product(ibuprofen, is_active=False, by=adam)
    assert "is not offered any more" in wrong(line, patient=amara, by=dora)


def test_a_product_that_was_withdrawn_meanwhile_stays_in_the_draft(
    amara: Patient, ibuprofen: Product, dora: User, adam: User
) -> None:
    draft = begin_prescription(amara, lines=[of(ibuprofen)], by=dora)
    edit_product(ibuprofen, is_active=False, by=adam)
    assert save(draft, of(ibuprofen, dose="2"), by=dora).written[0].dose == 2


def test_what_is_not_in_the_catalogue_can_be_written(amara: Patient, dora: User) -> None:
    tea = written("Herbal  tea", dose="1 sachet", frequency="tds", days="7")
    draft = begin_prescription(amara, lines=[tea], by=dora)
    assert draft.written[0].medicine == "Herbal tea"
    assert "not known here" in draft.safety["not_screened"][0]["why"]


# ── written on ───────────────────────────────────────────────────────────────


def test_a_draft_is_written_anew(amara: Patient, ibuprofen: Product, dora: User) -> None:
    draft = begin_prescription(amara, lines=[of(ibuprofen)], by=dora)
    save(draft, of(ibuprofen, days="14"), by=dora, indication="Knee", note="Slowly")
    kept = again(draft)
    assert (kept.indication, kept.note, kept.version) == ("Knee", "Slowly", 2)
    assert kept.written[0].quantity == 28
    entry = Entry.objects.filter(verb="prescriptions.write_prescription").order_by("at").last()
    assert entry is not None
    assert entry.details["fields"] == ["indication", "lines", "note"]


def test_nothing_is_written_where_nothing_differs(amara: Patient, ibuprofen: Product, dora: User) -> None:
    draft = begin_prescription(amara, lines=[of(ibuprofen)], by=dora)
    save(draft, of(ibuprofen), by=dora, indication="  ", note="\n")
    assert again(draft).version == 1


def test_what_has_become_known_since_is_written_even_if_nothing_was_typed(
    amara: Patient, ibuprofen: Product, dora: User
) -> None:
    draft = begin_prescription(amara, lines=[of(ibuprofen)], by=dora)
    record_allergy(amara, substance_key="ibuprofen", criticality="high", by=dora)
    save(draft, of(ibuprofen), by=dora)
    assert again(draft).version == 2
    assert [one["second"] for one in again(draft).safety["findings"]] == [True]


def test_the_slower_of_two_is_told_and_nothing_of_it_is_kept(
    amara: Patient, ibuprofen: Product, doctor: Doctor, dora: User
) -> None:
    draft = begin_prescription(amara, lines=[of(ibuprofen)], by=dora)
    seen_by_the_slower = again(draft)
    save(draft, of(ibuprofen, dose="2"), by=dora)
    with pytest.raises(Stale):
        save(seen_by_the_slower, of(ibuprofen, dose="4", frequency="qds"), by=dora)
    assert again(draft).written[0].dose == 2
    assert warned(draft) == {}


def test_who_writes_on_is_its_doctor_and_who_began_it_stays_on_record(
    amara: Patient, ibuprofen: Product, dora: User, dov: User
) -> None:
    draft = begin_prescription(amara, lines=[of(ibuprofen)], by=dora)
    other = make_doctor(user=dov, department=Department(site=amara.site, name="Surgery", code="SUR").add())
    save(draft, of(ibuprofen, dose="2"), by=dov)
    kept = again(draft)
    assert (kept.doctor, kept.department_id) == (other, other.department_id)
    assert kept.recorded_by == dora


def test_what_is_no_draft_is_never_written(
    amara: Patient, ibuprofen: Product, doctor: Doctor, dora: User
) -> None:
    signed = make_signed(amara, doctor, make_line(ibuprofen))
    waiting = make_signed(amara, doctor, status=Status.AWAITING, needs_second=True)
    discarded = discard_prescription(make_draft(amara, doctor), reason="Mistake", by=dora)
    for one, code in (
        (signed, "prescription_signed"),
        (waiting, "prescription_awaiting"),
        (discarded, "prescription_discarded"),
    ):
        before = again(one).lines
        with refused(code):
            save(one, of(ibuprofen, dose="2"), by=dora)
        assert again(one).lines == before


def test_what_was_made_a_draft_of_again_behind_our_back_is_refused(
    amara: Patient, doctor: Doctor, ibuprofen: Product, dora: User
) -> None:
    broken = make_draft(amara, doctor)
    Prescription.objects.filter(pk=broken.pk).update(content_hash="f" * 64)
    with refused("prescription_broken"):
        save(again(broken), of(ibuprofen), by=dora)


def test_nothing_is_written_for_somebody_who_has_died(
    amara: Patient, ibuprofen: Product, doctor: Doctor, dora: User
) -> None:
    draft = make_draft(amara, doctor)
    record_death(amara, died_on=date(2026, 1, 1), by=dora)
    with refused("patient_deceased"):
        save(again(draft), of(ibuprofen), by=dora)


# ── warnings ─────────────────────────────────────────────────────────────────


def test_a_finding_that_is_gone_stays_open(amara: Patient, ibuprofen: Product, dora: User) -> None:
    draft = begin_prescription(amara, lines=[of(ibuprofen, dose="3", frequency="qds")], by=dora)
    assert warned(draft) == {"dose-ibuprofen-from-12": ("serious", "open")}
    save(draft, of(ibuprofen), by=dora)
    assert draft.safety["findings"] == []
    assert warned(draft) == {"dose-ibuprofen-from-12": ("serious", "open")}


def test_a_finding_that_has_become_graver_is_kept_as_it_is_now(
    amara: Patient, ibuprofen: Product, dora: User
) -> None:
    draft = begin_prescription(amara, lines=[of(ibuprofen, dose="3", frequency="qds")], by=dora)
    save(draft, of(ibuprofen, dose="6", frequency="qds"), by=dora)
    assert warned(draft) == {"dose-ibuprofen-from-12": ("contraindicated", "open")}
    save(draft, of(ibuprofen, dose="3", frequency="qds"), by=dora)
    assert Warned.objects.get().severity == "serious"


def test_the_check_is_kept_with_its_version(amara: Patient, ibuprofen: Product, dora: User) -> None:
    draft = begin_prescription(amara, lines=[of(ibuprofen)], by=dora)
    kept = again(draft).safety
    assert kept["ruleset_version"] == ruleset().version
    assert kept["asked"]["medicines"] == ["Ibuprofen 400 mg tablet"]


# ── renewals ─────────────────────────────────────────────────────────────────


def test_a_renewal_is_not_warned_of_what_it_renews(
    amara: Patient, doctor: Doctor, ibuprofen: Product, dora: User, adam: User
) -> None:
    old = make_signed(amara, doctor, of(ibuprofen))
    edit_product(ibuprofen, is_active=False, by=adam)  # it stays where it was
    renewal = begin_prescription(amara, lines=old.written, renews=old, by=dora)
    assert (renewal.renews_id, renewal.safety["findings"]) == (old.pk, [])


def test_a_prescription_is_renewed_once(amara: Patient, doctor: Doctor, dora: User) -> None:
    old = make_signed(amara, doctor)
    first = begin_prescription(amara, renews=old, by=dora)
    with refused("already_renewed"):
        begin_prescription(amara, renews=old, by=dora)
    discard_prescription(first, reason="Mistake", by=dora)
    begin_prescription(amara, renews=old, by=dora)


def test_only_a_signed_prescription_of_the_same_patient_is_renewed(
    amara: Patient, doctor: Doctor, dora: User
) -> None:
    other = make_patient(given_name="Bea")
    for old in (make_draft(amara, doctor), make_signed(other, doctor)):
        with refused("not_renewable"):
            begin_prescription(amara, renews=old, by=dora)


# ── what it costs ────────────────────────────────────────────────────────────


def test_it_costs_the_same_for_one_medicine_and_for_twenty(
    amara: Patient, ibuprofen: Product, dora: User
) -> None:
    warfarin = make_product("Warfarin 5 mg tablet")
    with counted(at_most=18):
        draft = begin_prescription(amara, lines=[of(ibuprofen)], by=dora)
    with counted(at_most=20):
        draft = save(draft, *[of(ibuprofen, days=str(n)) for n in range(1, 20)], of(warfarin), by=dora)
    assert len(draft.lines) == 20
