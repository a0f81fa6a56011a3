"""What a safety check is asked about a patient, and what is kept of its answer."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Department, User
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital.tests.queries import counted
from patients.clinical import allergens
from patients.models import Patient
from patients.services import record_allergy, state_no_known_allergies
from patients.tests.make import make_patient
from patients.tests.vitals import ago, make_vitals
from prescriptions.asking import checked, key_of
from prescriptions.asking.medicines import lines_of
from prescriptions.dosage import Written, written
from prescriptions.models import PrescriptionLine, Product
from prescriptions.safety.checks.allergies import understood
from prescriptions.safety.ruleset import ruleset
from prescriptions.services import add_product, add_substance
from prescriptions.tests.asked import a_line, check, creatinine, rules, why_not
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import make_draft, make_line, make_signed


@pytest.fixture
def doctor(department: Department, dora: User) -> Doctor:
    return make_doctor(user=dora, department=department)


@pytest.fixture
def amara(doctor: Doctor) -> Patient:
    """A woman of 67, of whom nothing is known."""
    return make_patient()


# ── allergies ────────────────────────────────────────────────────────────────


def test_of_somebody_of_whom_nothing_is_known_nothing_is_said(amara: Patient) -> None:
    answer = check(amara)
    assert answer.asked == {
        "medicines": ["Ibuprofen 400 mg tablet"],
        "taken": [],
        "allergies": None,
        "not_coded": [],
        "age_years": answer.asked["age_years"],
        "age_is_estimated": False,
        "weight_kg": None,
        "weight_on": None,
        "egfr": None,
        "egfr_on": None,
        "pregnant": None,
        "left_out": [],
    }
    assert "Nobody has said which allergies" in why_not(answer)


def test_no_known_allergies_are_an_answer(amara: Patient, dora: User) -> None:
    state_no_known_allergies(amara, by=dora)
    answer = check(amara)
    assert answer.asked["allergies"] == []
    assert "allerg" not in why_not(answer).casefold()


def test_a_coded_allergy_is_checked(amara: Patient, dora: User) -> None:
    record_allergy(amara, substance_key="penicillins", by=dora)
    answer = check(amara, "Amoxicillin 500 mg capsule")
    assert rules(answer) == ["allergy-penicillin-penicillin"]


def test_an_allergy_in_other_words_is_never_taken_for_clear(amara: Patient, dora: User) -> None:
    record_allergy(amara, substance="the blue pill of Dr Miller", category="medication", by=dora)
    answer = check(amara)
    assert answer.asked["not_coded"] == ["the blue pill of Dr Miller"]
    assert "The allergy “the blue pill of Dr Miller” is not known here" in why_not(answer)


def test_all_but_one_of_the_allergens_that_can_be_coded_are_known_to_the_rules() -> None:
    unknown = [one.name for one in allergens.table().values() if understood(one.name, ruleset()) is None]
    assert unknown == ["Polysorbate 80"]  # answered as not screened


# ── what is taken ────────────────────────────────────────────────────────────


def test_what_is_taken_is_checked_with_its_dose(amara: Patient, doctor: Doctor) -> None:
    make_signed(amara, doctor, a_line("Paracetamol 1000 mg tablet", frequency="qds"))
    answer = check(amara, "Paracetamol 500 mg tablet")
    assert answer.asked["taken"] == ["Paracetamol 1000 mg tablet"]
    assert set(rules(answer)) == {"same-substance", "dose-paracetamol-from-12"}
    assert "5000 mg of Paracetamol in a day" in str(answer.as_json())


def test_what_is_over_or_stopped_is_not_taken(amara: Patient, doctor: Doctor) -> None:
    make_signed(amara, doctor, a_line("Warfarin 5 mg tablet"), signed_at=ago(days=10))
    stopped = make_signed(amara, doctor, a_line("Warfarin 5 mg tablet"))
    PrescriptionLine.objects.filter(prescription_id=stopped.pk).update(taken_until=date(2020, 1, 1))
    make_draft(amara, doctor, a_line("Warfarin 5 mg tablet"))
    assert check(amara).asked["taken"] == []


def test_what_is_renewed_is_not_taken_beside_it(amara: Patient, doctor: Doctor) -> None:
    old = make_signed(amara, doctor)
    renewal = make_draft(amara, doctor)
    renewal.renews = old
    assert checked(amara, [a_line()], without=renewal).findings == ()
    assert rules(checked(amara, [a_line()], without=None)) == ["same-substance"]


def test_what_a_renewal_leaves_out_is_taken_still(amara: Patient, doctor: Doctor) -> None:
    old = make_signed(amara, doctor, a_line("Warfarin 5 mg tablet"), a_line("Ramipril 5 mg tablet"))
    renewal = make_draft(amara, doctor)
    renewal.renews = old
    stronger = [a_line("Ramipril 10 mg tablet"), a_line("Ibuprofen 400 mg tablet")]
    answer = checked(amara, stronger, without=renewal)
    assert answer.asked["taken"] == ["Warfarin 5 mg tablet"]
    assert "same-substance" not in rules(answer)
    assert ("Ibuprofen 400 mg tablet", "Warfarin 5 mg tablet") in {
        one.finding.medicines for one in answer.findings
    }


def test_beyond_a_hundred_medicines_it_is_said_that_not_all_were_looked_at(
    amara: Patient, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prescriptions.asking.MOST_TAKEN", 1)
    make_signed(amara, doctor, make_line("Warfarin 5 mg tablet"), make_line("Ramipril 5 mg tablet"))
    assert "Only the last 1 medicines" in why_not(check(amara))


# ── products and lines ───────────────────────────────────────────────────────


def with_product(product: Product) -> Written:
    return written(product.prescribable, dose="1", frequency="bd", days="7")


def test_a_product_of_an_own_name_is_what_it_is_made_of(amara: Patient, doctor: Doctor, adam: User) -> None:
    make_product("Ibuprofen 600 mg tablet")
    product = add_product(
        key="dolomax",
        name="Dolomax forte",
        ingredients="ibuprofen:600 mg",
        form="tablet",
        route="oral",
        by=adam,
    )
    make_signed(amara, doctor, a_line("Warfarin 5 mg tablet"))
    answer = check(amara, with_product(product))
    assert {one.finding.medicines for one in answer.findings} == {("Dolomax forte", "Warfarin 5 mg tablet")}
    assert answer.asked["medicines"] == ["Dolomax forte"]


def test_a_name_that_sounds_like_another_medicine_does_not_deceive(amara: Patient, adam: User) -> None:
    make_product("Paracetamol 500 mg tablet")
    make_product("Pseudoephedrine 60 mg tablet")
    product = add_product(
        key="aspirin-complex",
        name="Aspirin complex",
        ingredients="paracetamol:500 mg|pseudoephedrine:30 mg",
        form="tablet",
        route="oral",
        by=adam,
    )
    (line,) = lines_of(with_product(product), {str(product.pk): product})
    assert line.name == "Paracetamol 500 mg / Pseudoephedrine 30 mg tablet"
    assert line.called == "Aspirin complex"


def test_of_a_product_with_an_unknown_substance_the_known_ones_are_checked_and_nothing_is_clear(
    amara: Patient, doctor: Doctor, adam: User, dora: User
) -> None:
    state_no_known_allergies(amara, by=dora)
    make_product("Ibuprofen 400 mg tablet")
    add_substance(key="novelin", name="Novelin", by=adam)
    product = add_product(
        key="duo",
        name="Duofen",
        ingredients="ibuprofen:400 mg|novelin:5 mg",
        form="tablet",
        route="oral",
        by=adam,
    )
    make_signed(amara, doctor, a_line("Warfarin 5 mg tablet"))
    answer = check(amara, with_product(product))
    assert [one.finding.medicines for one in answer.findings] == [("Duofen", "Warfarin 5 mg tablet")]
    assert answer.screened == ()
    assert "this medicine is not known here" in why_not(answer)


def test_what_nobody_knows_is_not_screened(amara: Patient) -> None:
    answer = check(amara, a_line("Wonder drops", dose="1 ml"))
    assert [(one.medicine, one.why[:19]) for one in answer.not_screened] == [
        ("Wonder drops", "Nothing was checked")
    ]
    assert answer.screened == ()


# ── the gravest ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("criticality", "second"), [("high", True), ("unable-to-assess", True), ("low", False)]
)
def test_an_allergy_that_was_called_harmless_needs_no_second_signature(
    amara: Patient, dora: User, criticality: str, second: bool
) -> None:
    record_allergy(amara, substance_key="penicillins", criticality=criticality, by=dora)
    (found,) = check(amara, "Amoxicillin 500 mg capsule").findings
    assert found.second is second


def test_an_allergy_that_was_called_dangerous_needs_one_by_any_rule(amara: Patient, dora: User) -> None:
    record_allergy(amara, substance_key="ibuprofen", criticality="high", by=dora)
    record_allergy(amara, substance_key="latex", criticality="high", by=dora)
    (found,) = check(amara, "Naproxen 500 mg tablet").findings
    assert (found.finding.severity, found.second) == ("contraindicated", True)
    assert found.finding.rule not in ruleset().gravest


def test_what_is_graver_stands_first(amara: Patient, dora: User) -> None:
    record_allergy(amara, substance_key="penicillins", criticality="low", by=dora)
    answer = check(
        amara,
        "Amoxicillin 500 mg capsule",
        a_line("Methotrexate 10 mg tablet", frequency="od"),
        "Ibuprofen 400 mg tablet",
    )
    seconds = [one.second for one in answer.findings]
    ranks = [one.finding.severity.rank for one in answer.findings if not one.second]
    assert answer.findings[0].finding.rule == "methotrexate-daily"
    assert seconds == sorted(seconds, reverse=True)
    assert ranks == sorted(ranks)


def test_only_what_is_contraindicated_needs_a_second_signature(amara: Patient) -> None:
    assert not any(one.second for one in check(amara, "Ibuprofen 400 mg tablet", a_line()).findings)


# ── what is kept ─────────────────────────────────────────────────────────────


def test_the_key_is_the_same_in_any_order(amara: Patient) -> None:
    one = check(amara, "Warfarin 5 mg tablet", "Ibuprofen 400 mg tablet")
    other = check(amara, "Ibuprofen 400 mg tablet", "Warfarin 5 mg tablet")
    assert {found.key for found in one.findings} == {found.key for found in other.findings}
    assert all(found.key == key_of(found.finding) for found in one.findings)


def test_each_finding_stands_once(amara: Patient) -> None:
    answer = check(amara, a_line(), a_line(), a_line())
    keys = [one.key for one in answer.findings]
    assert len(keys) == len(set(keys))


def test_as_json_it_is_what_was_agreed(amara: Patient) -> None:
    kept = check(amara, "Warfarin 5 mg tablet", "Ibuprofen 400 mg tablet").as_json()
    assert set(kept) == {
        "asked",
        "findings",
        "screened",
        "not_screened",
        "ruleset_version",
        "checked_at",
    }
    assert set(kept["findings"][0]) == {
        "key",
        "rule",
        "check",
        "severity",
        "medicines",
        "text",
        "source",
        "second",
    }
    assert kept["ruleset_version"] == ruleset().version


# ── what it costs ────────────────────────────────────────────────────────────


def test_however_much_there_is_it_costs_seven_questions(amara: Patient, doctor: Doctor, dora: User) -> None:
    for key in ("penicillins", "latex", "nsaids"):
        record_allergy(amara, substance_key=key, by=dora)
    make_vitals(amara, by=dora, weight=Decimal(70))
    creatinine(amara)
    product = make_product("Paracetamol 500 mg tablet")
    for _ in range(6):
        make_signed(amara, doctor, make_line(product), make_line("Warfarin 5 mg tablet"))
    lines = [with_product(product), a_line(), a_line("Ramipril 5 mg tablet")]
    with counted(at_most=7):
        checked(amara, lines, without=None)


def test_of_somebody_of_whom_nothing_is_known_it_costs_as_much(amara: Patient) -> None:
    with counted(at_most=7):
        checked(amara, [a_line()], without=None)
