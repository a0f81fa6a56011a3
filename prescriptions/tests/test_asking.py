"""What a safety check is asked about a patient, and what is kept of its answer."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import Department, User
from doctors.models import Doctor
from doctors.tests.make import make_doctor
from hospital import clock
from hospital.tests.queries import counted
from patients.clinical import allergens
from patients.models import Patient, Problem
from patients.services import record_allergy, record_problem, state_no_known_allergies
from patients.tests.make import make_patient
from patients.tests.make_results import a_day, make_result
from patients.tests.vitals import ago, make_vitals, weigh
from prescriptions.asking import Checked, checked, key_of
from prescriptions.asking.medicines import lines_of
from prescriptions.dosage import Written, written
from prescriptions.models import PrescriptionLine, Product
from prescriptions.safety.checks.allergies import understood
from prescriptions.safety.ruleset import ruleset
from prescriptions.services import add_product, add_substance
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import make_draft, make_line, make_signed


@pytest.fixture
def doctor(department: Department, dora: User) -> Doctor:
    return make_doctor(user=dora, department=department)


@pytest.fixture
def amara(doctor: Doctor) -> Patient:
    """A woman of 67, of whom nothing is known."""
    return make_patient()


def aged(years: int, **more: Any) -> Patient:
    return make_patient(birth_date=date(clock.today("Europe/Berlin").year - years, 1, 1), **more)


def a_line(
    name: str = "Ibuprofen 400 mg tablet", dose: str = "1", frequency: str = "bd", **more: Any
) -> Written:
    return written(name, dose=dose, frequency=frequency, **{"days": "7"} | more)


def check(patient: Patient, *lines: Written | str) -> Checked:
    wanted: Sequence[Written] = [a_line(one) if isinstance(one, str) else one for one in lines]
    return checked(patient, wanted or [a_line()], without=None)


def rules(answer: Checked) -> list[str]:
    return [one.finding.rule for one in answer.findings]


def why_not(answer: Checked) -> str:
    return " ".join(one.why for one in answer.not_screened)


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


# ── weight, kidneys, age ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("age", "days", "is_used"),
    [(40, 300, True), (40, 400, False), (10, 80, True), (10, 120, False), (1, 20, True), (1, 40, False)],
)
def test_a_weight_is_used_while_it_may_still_be_so(
    doctor: Doctor, dora: User, age: int, days: int, is_used: bool
) -> None:
    patient = aged(age)
    weigh(patient, "12.5", by=dora, taken_at=ago(days=days))
    asked = check(patient).asked
    if is_used:
        assert (asked["weight_kg"], asked["left_out"]) == ("12.5", [])
        assert asked["weight_on"] == ago(days=days).astimezone(doctor.zone).date().isoformat()
    else:
        assert (asked["weight_kg"], asked["weight_on"]) == (None, None)
        assert "(12.5 kg) is too old to be used" in asked["left_out"][0]


def creatinine(patient: Patient, value: str = "90", **more: Any) -> None:
    fields = {"loinc": "14682-9", "name": "Creatinine", "unit": "umol/L", "low": "45", "high": "84"}
    make_result(patient, value=value, **fields | more)


def test_the_egfr_comes_from_the_last_creatinine(doctor: Doctor) -> None:
    woman = aged(67)
    creatinine(woman, "200", taken_at=a_day(90))
    creatinine(woman, "90", taken_at=a_day(2))
    asked = check(woman).asked
    assert asked["egfr_on"] == a_day(2).date().isoformat()
    assert Decimal(60) < Decimal(asked["egfr"]) < Decimal(64)  # 1.02 mg/dl


def test_the_same_creatinine_in_mg_dl_is_the_same(amara: Patient, doctor: Doctor) -> None:
    other = make_patient(given_name="Bea", birth_date=amara.birth_date)
    creatinine(amara, "88.42")
    creatinine(other, "1", loinc="2160-0", unit="mg/dL", low="0.5", high="0.9")
    assert check(amara).asked["egfr"] == check(other).asked["egfr"]


@pytest.mark.parametrize(
    ("result", "because"),
    [
        ({"taken_at": a_day(400)}, "it is older than a year"),
        ({"comparator": "<"}, "it is no plain number"),
        ({"unit": "mmol/L"}, "its unit is mmol/L"),
    ],
)
def test_a_creatinine_that_cannot_be_used_is_left_out_and_that_is_said(
    amara: Patient, result: dict[str, Any], because: str
) -> None:
    creatinine(amara, **result)
    asked = check(amara, "Metformin 500 mg tablet").asked
    assert asked["egfr"] is None
    assert because in asked["left_out"][0]


def test_there_is_no_egfr_of_a_child_or_of_an_unknown_sex(doctor: Doctor) -> None:
    child, unknown = aged(9), aged(50, sex="unknown", given_name="Ash")
    creatinine(child)
    creatinine(unknown)
    assert "for adults" in check(child).asked["left_out"][0]
    assert "female or male" in check(unknown).asked["left_out"][0]


def test_poor_kidneys_are_warned_of(amara: Patient) -> None:
    creatinine(amara, "300")
    assert rules(check(amara, "Metformin 500 mg tablet")) == ["kidneys-metformin-30"]


def test_an_infant_is_counted_in_days(doctor: Doctor) -> None:
    born = clock.now().astimezone(doctor.zone).date() - timedelta(days=20)
    assert check(make_patient(birth_date=born)).asked["age_years"] == "0.055"


def test_a_birthday_is_the_day_of_the_new_age(doctor: Doctor) -> None:
    today = clock.now().astimezone(doctor.zone).date()
    born = date(today.year - 12, today.month, min(today.day, 28))
    assert Decimal(check(make_patient(birth_date=born)).asked["age_years"]) >= 12


def test_of_a_child_whose_birthday_nobody_knows_the_youngest_age_counts(doctor: Doctor) -> None:
    year = clock.today(doctor.site.time_zone).year - 12
    child = make_patient(birth_date=date(year, 7, 1), birth_date_is_estimated=True)
    asked = check(child, "Codeine 30 mg tablet").asked
    assert Decimal(asked["age_years"]) < 12
    assert asked["age_is_estimated"] is True


# ── pregnancy ────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("said", "days", "pregnant"),
    [
        (None, 0, None),
        ("yes", 1, True),
        ("yes", 200, True),
        ("yes", 320, None),
        ("no", 1, False),
        ("no", 40, None),
    ],
)
def test_pregnancy_is_what_was_said_last_while_it_holds(
    dora: User, said: str | None, days: int, pregnant: bool | None
) -> None:
    patient = aged(30)
    if said:
        make_vitals(patient, by=dora, pregnancy=said, taken_at=ago(days=days))
    assert check(patient).asked["pregnant"] is pregnant


def test_what_was_said_later_counts(dora: User) -> None:
    patient = aged(30)
    make_vitals(patient, by=dora, pregnancy="yes", taken_at=ago(days=100))
    make_vitals(patient, by=dora, pregnancy="no", taken_at=ago(days=2))
    assert check(patient).asked["pregnant"] is False


def test_an_active_problem_says_that_she_is_pregnant(doctor: Doctor, dora: User) -> None:
    patient = aged(30)
    make_vitals(patient, by=dora, pregnancy="no", taken_at=ago(days=2))
    record_pregnancy(patient, dora)
    answer = check(patient, "Valproic acid 300 mg tablet")
    assert answer.asked["pregnant"] is True
    assert [one.second for one in answer.findings if one.finding.rule == "pregnancy-valproate"] == [True]


def record_pregnancy(patient: Patient, by: User) -> Problem:
    return record_problem(patient, code="Z34.90", by=by)


def test_a_man_is_not_pregnant_unless_somebody_says_so(dora: User) -> None:
    man, other = aged(30, sex="male"), aged(30, sex="male", given_name="Ben")
    make_vitals(other, by=dora, pregnancy="yes")
    assert check(man).asked["pregnant"] is False
    assert check(other).asked["pregnant"] is True


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
