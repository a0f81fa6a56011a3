"""The figures of prescribing: right to the last line, and no more of them than somebody may see."""

import csv
import io
from collections import Counter
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_department, make_doctor
from hospital import clock
from hospital.tests.queries import counted
from patients.tests.make import make_patient
from prescriptions.figures import Asked, Figures, Seeing, figures_of
from prescriptions.figures.tables import tables_of
from prescriptions.models import PrescriptionLine, Warned
from prescriptions.tests.make_figures import Maker, Plain
from prescriptions.tests.make_prescriptions import make_line, make_signed

pytestmark = pytest.mark.django_db

PAGE, FILE = reverse("prescriptions:figures"), reverse("prescriptions:figures_file")
TABLES = (
    *("substances", "main-groups", "subgroups", "classes"),
    *("departments", "doctors", "rules", "answers", "weeks"),
)
FIRST, LAST = date(2026, 3, 2), date(2026, 5, 30)  # ninety days
EVERYTHING = Seeing(has_names=True, own=None, sees_all=True)
GROUPS = Seeing(has_names=True, own=None, sees_all=False)


@pytest.fixture
def doctors(dora: User, dov: User) -> list[Doctor]:
    """Two of one department and one of another."""
    surgery = make_department()
    return [
        make_doctor(user=dora, family_name="Dietz"),
        make_doctor(user=dov, family_name="Dayan"),
        make_doctor(user=None, family_name="Third", department=surgery),
    ]


def fill(doctors: list[Doctor], seed: int, number: int = 120) -> None:
    """As many prescriptions in the period and before as chance wants, and some after it."""
    random = Random(seed)
    patients = [
        make_patient(family_name=f"Nwosu {index}", birth_date=f"19{50 + index}-02-03") for index in range(14)
    ]
    maker = Maker(random, patients, doctors)
    print(f"seed {seed}, {number} prescriptions in 90 days")
    maker.sign(number, since=FIRST, days=90)
    maker.sign(number // 2, since=FIRST - timedelta(days=90), days=90)
    maker.sign(5, since=LAST + timedelta(days=1), days=30)


def figures(seeing: Seeing = EVERYTHING, **of: Any) -> Figures:
    return figures_of(Asked(FIRST, LAST, **of), seeing)


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


# ── The page ────────────────────────────────────────────────────────────────


@pytest.fixture
def period() -> dict[str, Any]:
    return {"from": str(FIRST), "to": str(LAST)}


def page(client: Client, user: User, **asked: Any) -> Any:
    client.force_login(user)
    return client.get(PAGE, asked)


def test_the_page_costs_the_same_however_much_was_prescribed(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1, number=10)
    page(client, mona, **period)
    with counted(at_most=26):
        assert client.get(PAGE, period).status_code == 200
    fill_more(doctors)
    with counted(at_most=26):
        assert client.get(PAGE, period).status_code == 200


def fill_more(doctors: list[Doctor]) -> None:
    patients = [one.patient for one in PrescriptionLine.objects.select_related("patient")[:40]]
    Maker(Random(2), patients, doctors).sign(150, since=FIRST, days=90)


def test_a_manager_sees_everybody_by_name_and_gets_to_each(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1)
    answer = page(client, mona, **period)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert all(str(one) in text for one in doctors)
    assert f"{PAGE}?from={FIRST}&amp;to={LAST}&amp;doctor={doctors[0].pk}" in text
    assert "Amoxicillin" in text
    narrowed = client.get(PAGE, period | {"doctor": doctors[0].pk})
    assert {one.key for one in narrowed.context["figures"].doctors} == {doctors[0].pk}
    assert f"90 days · <bdi>{doctors[0]}</bdi>" in narrowed.content.decode()


def test_a_doctor_sees_own_figures_and_the_totals_and_no_colleague(
    client: Client, dora: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1)
    answer = page(client, dora, **period)

    text = answer.content.decode()
    assert str(doctors[0]) in text
    assert "Dayan" not in text
    assert "Third" not in text
    assert answer.context["figures"].totals.lines == len(Plain(FIRST, LAST).lines)
    assert answer.context["figures"].departments == ()
    mine = client.get(PAGE, period | {"doctor": doctors[0].pk})
    assert mine.context["figures"].totals.lines == len(Plain(FIRST, LAST, doctor_id=doctors[0].pk).lines)


@pytest.mark.parametrize("name", ["doctor", "department"])
def test_a_doctor_cannot_ask_for_a_colleague_or_a_department(
    client: Client, dora: User, doctors: list[Doctor], period: dict[str, Any], name: str
) -> None:
    fill(doctors, 1, number=10)
    client.force_login(dora)
    other = doctors[1].pk if name == "doctor" else doctors[1].department_id

    for address in (PAGE, FILE):
        answer = client.get(address, period | {name: other, "table": "substances"})
        assert answer.status_code == 422
        assert "Dayan" not in answer.content.decode()
        assert "Ibuprofen" not in answer.content.decode()


def test_a_doctor_without_a_profile_sees_the_totals(client: Client, dov: User, site: object) -> None:
    assert page(client, dov).status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "nonsense"},
        {"from": "2026-05-02", "to": "2026-05-01"},
        {"from": "2020-01-01", "to": "2026-05-01"},
        {"from": "0001-01-01", "to": "0001-01-02"},
        {"to": "9999-12-31"},
        {"doctor": "00000000-0000-7000-8000-000000000000"},
        {"department": "' OR 1=1"},
        {"doctor": "\x00"},
    ],
)
def test_what_cannot_be_asked_is_said_and_counts_nothing(
    client: Client, mona: User, site: object, asked: dict[str, str]
) -> None:
    answer = page(client, mona, **asked)

    assert answer.status_code == 422
    assert "Nothing was counted" in answer.content.decode()


def test_without_a_question_it_is_the_last_ninety_days(client: Client, mona: User, site: object) -> None:
    answer = page(client, mona)

    asked = answer.context["figures"].asked
    assert (asked.until, asked.days) == (clock.today("Europe/Berlin"), 90)
    assert "Nothing was signed in this period" in answer.content.decode()


def test_htmx_gets_the_figures_alone(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1, number=10)
    client.force_login(mona)

    answer = client.get(PAGE, period, headers={"HX-Request": "true"})

    assert answer.content.decode().lstrip().startswith('<div class="stack" id="figures">')


def test_looking_is_written_down_with_what_was_asked(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1, number=10)
    page(client, mona, **period, doctor=doctors[0].pk)

    entry = Entry.objects.filter(verb="prescriptions.view_figures").latest("at")
    assert entry.details["filters"] == period | {"doctor": str(doctors[0].pk)}
    assert entry.details["count"] == len(Plain(FIRST, LAST, doctor_id=doctors[0].pk).lines)


@pytest.mark.parametrize("who", ["nora", "rita", "carl", "ivo", "una"])
def test_others_do_not_see_them(client: Client, who: str, request: pytest.FixtureRequest) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == 403
    assert client.get(FILE, {"table": "substances"}).status_code == 403


# ── The files ───────────────────────────────────────────────────────────────


def rows_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode(), newline="")))


def test_a_file_has_every_row_of_its_table(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1)
    client.force_login(mona)

    answer = client.get(FILE, period | {"table": "doctors"})

    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f"prescribing-doctors-{FIRST}-{LAST}.csv" in answer["Content-Disposition"]
    head, *rows = rows_of(answer)
    assert head == ["Name", "Prescriptions", "Lines", "Patients", "Antibiotics (%)"]
    assert {row[0] for row in rows} == {str(one) for one in doctors}
    assert sum(int(row[2]) for row in rows) == len(Plain(FIRST, LAST).lines)
    entry = Entry.objects.filter(verb="prescriptions.view_figures").latest("at")
    assert entry.details["filters"]["table"] == "doctors"


def test_each_table_can_be_had_as_a_file(
    client: Client, pia: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    fill(doctors, 1)
    client.force_login(pia)

    for key in TABLES:
        head, *rows = rows_of(client.get(FILE, period | {"table": key}))
        assert rows, key
        assert {len(row) for row in rows} == {len(head)}


def test_no_value_of_a_file_begins_as_a_formula(
    client: Client, mona: User, doctors: list[Doctor], period: dict[str, Any]
) -> None:
    Doctor.objects.filter(pk=doctors[2].pk).update(title="=HYPERLINK(1)")
    fill(doctors, 1)
    client.force_login(mona)

    names = [row[0] for row in rows_of(client.get(FILE, period | {"table": "doctors"}))]

    assert any(name.startswith("'=HYPERLINK") for name in names)
    assert not any(name.startswith("=") for name in names)


def test_a_file_of_nothing_has_its_head_alone(client: Client, mona: User, site: object) -> None:
    client.force_login(mona)
    assert [len(row) for row in rows_of(client.get(FILE))] == [4]


@pytest.mark.parametrize("table", ["", "nonsense", "departments"])
def test_a_file_that_is_not_there_is_not_found(
    client: Client, dora: User, doctors: list[Doctor], period: dict[str, Any], table: str
) -> None:
    client.force_login(dora)
    assert client.get(FILE, period | {"table": table}).status_code == 404
