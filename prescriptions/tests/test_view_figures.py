"""The figures of prescribing: right to the last line, and no more of them than somebody may see."""

from collections import Counter
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest

from accounts.models import User
from doctors.models import Doctor
from hospital import clock
from patients.tests.make import make_patient
from prescriptions.figures import Asked, Figures, Seeing, figures_of
from prescriptions.figures.tables import tables_of
from prescriptions.models import PrescriptionLine, Warned
from prescriptions.tests.make_figures import EVERYTHING, FIRST, LAST, Maker, Plain, figures, fill, make_three
from prescriptions.tests.make_prescriptions import make_line, make_signed

pytestmark = pytest.mark.django_db

GROUPS = Seeing(has_names=True, own=None, sees_all=False)


@pytest.fixture
def doctors(dora: User, dov: User) -> list[Doctor]:
    return make_three(dora, dov)


# ── Each figure is what plain Python finds in the rows ──────────────────────


@pytest.mark.parametrize("seed", range(3))
def test_figures_equal_an_independent_computation(doctors: list[Doctor], seed: int) -> None:
    fill(doctors, seed)
    questions: list[dict[str, Any]] = [
        {},
        {"doctor_id": doctors[seed].pk},
        {"department_id": doctors[-1].department_id},
    ]
    for wanted, seeing in product(questions, (EVERYTHING, GROUPS)):
        found = figures(seeing, **wanted)
        least = 1 if seeing.sees_all else 5
        plain = Plain(FIRST, LAST, least=least, **wanted)
        before = Plain(FIRST - timedelta(days=90), FIRST - timedelta(days=1), least=least, **wanted)
        compare_totals(found, plain, before)
        compare_rankings(found, plain, before)
        compare_people(found, plain, seeing)
        compare_weeks(found, plain)
        compare_warnings(found, plain, before)


def compare_totals(found: Figures, plain: Plain, before: Plain) -> None:
    for totals, rows in ((found.totals, plain), (found.before, before)):
        assert totals.lines == len(rows.lines)
        assert totals.prescriptions == rows.prescriptions()
        assert totals.patients == rows.patients()
        assert totals.antibiotics == (None if 0 < rows.patients() < rows.least else rows.antibiotics())


def compare_rankings(found: Figures, plain: Plain, before: Plain) -> None:
    for ranking, name in (
        (found.substances, "keys"),
        (found.main_groups, "main_groups"),
        (found.subgroups, "subgroups"),
        (found.classes, "classes"),
    ):
        now, then = (rows.counted(getattr(rows, name)) for rows in (plain, before))
        assert {one.key: one.lines for one in ranking.rows} == now
        for one in ranking.rows:
            assert (one.before or 0) == then.get(one.key, 0), one
            assert one.share == pytest.approx(100 * one.lines / len(plain.lines))
        assert [one.lines for one in ranking.rows] == sorted(now.values(), reverse=True)


def compare_people(found: Figures, plain: Plain, seeing: Seeing) -> None:
    for rows, column in ((found.doctors, "doctor_id"), (found.departments, "department_id")):
        groups = plain.by(column)
        assert {one.key for one in rows} == set(groups)
        for one in rows:
            lines = groups[one.key]
            assert one.lines == len(lines)
            assert one.prescriptions == plain.prescriptions(lines)
            patients = plain.patients(lines)
            assert one.patients == (patients if patients >= plain.least else None)
            if one.antibiotics is not None:
                assert one.antibiotics == plain.antibiotics(lines)
                assert patients >= plain.least
            else:
                assert not seeing.sees_all


def compare_weeks(found: Figures, plain: Plain) -> None:
    lines, antibiotics = Counter[date](), Counter[date]()
    for one in plain.lines:
        monday = one.signed_on - timedelta(days=one.signed_on.weekday())
        lines[monday] += 1
        antibiotics[monday] += plain.is_antibiotic(one)
    shown, overridden = Counter[date](), Counter[date]()
    for warning in plain.warned:
        monday = warning.decided_on - timedelta(days=warning.decided_on.weekday())
        shown[monday] += 1
        overridden[monday] += warning.outcome == "overridden"
    assert [one.begins_on for one in found.weeks] == [FIRST + timedelta(weeks=number) for number in range(13)]
    for week in found.weeks:
        assert week.lines == lines[week.begins_on]
        assert week.antibiotics in {None, antibiotics[week.begins_on]}
        assert (week.shown, week.overridden) == (shown[week.begins_on], overridden[week.begins_on])
        if plain.least == 1:
            assert week.antibiotics is not None


def compare_warnings(found: Figures, plain: Plain, before: Plain) -> None:
    by_rule, rules_before = plain.outcomes("rule"), before.outcomes("rule")
    enough = {
        rule
        for rule in by_rule
        if len({one.prescription_id for one in plain.warned if one.rule == rule}) >= plain.least
    }
    assert {one.key for one in found.rules.rows} == enough
    assert found.rules.hidden == len(by_rule) - len(enough)
    for rule in found.rules.rows:
        counts = by_rule[rule.key]
        outcomes = rule.outcomes
        assert (outcomes.heeded, outcomes.kept, outcomes.overridden) == tuple(
            counts[name] for name in ("heeded", "kept", "overridden")
        )
        assert outcomes.shown == counts.total()
        assert outcomes.override_rate == pytest.approx(100 * counts["overridden"] / counts.total())
        assert rule.before.shown == rules_before[rule.key].total()
        assert dict(rule.because) == Counter(
            one.because for one in plain.warned if one.rule == rule.key and one.outcome == "overridden"
        )
    for answer in found.answers:
        counts = plain.outcomes("doctor_id")[answer.key]
        assert (answer.outcomes.shown, answer.outcomes.overridden) == (counts.total(), counts["overridden"])
    assert found.warnings.shown == len(plain.warned)
    assert found.warnings_before.shown == len(before.warned)


def test_a_combination_counts_for_each_of_its_substances(doctors: list[Doctor], site: object) -> None:
    maker = Maker(Random(1), [make_patient()], doctors)
    co_amoxiclav = next(one for one in maker.products if "clavulanic" in one.name)
    make_signed(make_patient(), doctors[0], make_line(co_amoxiclav), signed_at=clock.now())
    today = clock.today("Europe/Berlin")

    found = figures_of(Asked(today, today), EVERYTHING)

    assert {one.key: one.lines for one in found.substances.rows} == {"amoxicillin": 1, "clavulanic-acid": 1}
    assert [(one.key, one.lines) for one in found.classes.rows if one.key == "penicillins"] == [
        ("penicillins", 1)
    ]
    assert found.totals.antibiotics_share == 100


def test_eye_drops_are_no_antibiotic_for_the_whole_body(doctors: list[Doctor], site: object) -> None:
    maker = Maker(Random(1), [make_patient()], doctors)
    drops = next(one for one in maker.products if one.route == "ocular")
    make_signed(make_patient(), doctors[0], make_line(drops))
    today = clock.today("Europe/Berlin")

    assert figures_of(Asked(today, today), EVERYTHING).totals.antibiotics_share == 0


def test_a_rule_that_is_always_ignored_stands_before_one_that_spoke_once(doctors: list[Doctor]) -> None:
    maker = Maker(Random(1), [make_patient()], doctors)
    maker.sign(9, since=FIRST, days=1)
    Warned.objects.all().delete()
    prescriptions = [one.prescription for one in PrescriptionLine.objects.filter(position=1)]
    for number, prescription in enumerate(prescriptions):
        outcomes = [("often", "kept" if number else "heeded")] + (
            [("once", "overridden")] if not number else []
        )
        for rule, outcome in outcomes:
            Warned(
                prescription=prescription,
                doctor=prescription.doctor,
                department_id=prescription.department_id,
                key=rule,
                rule=rule,
                check_name="dose",
                severity="caution",
                medicines=["Ibuprofen"],
                outcome=outcome,
                decided_on=FIRST,
            ).add()

    rules = figures().rules.rows

    assert [(one.key, one.outcomes.ignored_rate) for one in rules] == [
        ("often", pytest.approx(800 / 9)),
        ("once", 100),
    ]


def test_there_is_nothing_to_divide_by_in_an_empty_hospital(site: object) -> None:
    found = figures()

    assert found.is_empty
    assert found.totals.antibiotics_share is None
    assert found.warnings.override_rate is None


# ── Few patients are not told apart ─────────────────────────────────────────


def test_what_few_patients_were_given_is_not_named(doctors: list[Doctor], mona: User) -> None:
    maker = Maker(Random(1), [], doctors)
    metformin, ibuprofen = (
        next(one for one in maker.products if word in one.name) for word in ("Metformin", "Ibuprofen")
    )
    patients = [
        make_patient(family_name=f"Nwosu {index}", birth_date=f"19{50 + index}-02-03") for index in range(5)
    ]
    for number, patient in enumerate(patients):
        make_signed(
            patient, doctors[0], make_line(ibuprofen), *([make_line(metformin)] * 3 if number else [])
        )
    today = clock.today("Europe/Berlin")

    found = figures_of(Asked(today, today), Seeing.of(mona))

    assert [one.key for one in found.substances.rows] == ["ibuprofen"]
    assert found.substances.hidden == 1
    told = " ".join(str(row) for table in tables_of(found, GROUPS).values() for row in table.rows)
    assert "Metformin" not in told
    assert "A10" not in told


def test_of_two_doctors_with_few_and_many_patients_neither_share_can_be_worked_out(
    doctors: list[Doctor],
) -> None:
    patients = [
        make_patient(family_name=f"Nwosu {index}", birth_date=f"19{50 + index}-02-03") for index in range(9)
    ]
    for patient in patients[:7]:
        make_signed(patient, doctors[0])
    for patient in patients[7:]:
        make_signed(patient, doctors[1])
    today = clock.today("Europe/Berlin")

    rows = {one.key: one for one in figures_of(Asked(today, today), GROUPS).doctors}

    assert (rows[doctors[1].pk].patients, rows[doctors[1].pk].antibiotics) == (None, None)
    assert (rows[doctors[0].pk].patients, rows[doctors[0].pk].antibiotics) == (7, None)


def test_who_may_open_every_prescription_sees_every_number(
    pia: User, mona: User, adam: User, dora: User, doctors: list[Doctor]
) -> None:
    dora.refresh_from_db()
    assert Seeing.of(pia).least(None) == 1
    assert [Seeing.of(one).least(None) for one in (mona, adam, dora)] == [5, 5, 5]
    assert Seeing.of(dora).least(doctors[0].pk) == 1
    assert Seeing.of(dora).least(doctors[1].pk) == 5
