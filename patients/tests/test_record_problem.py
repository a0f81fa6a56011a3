"""Writing down a problem: its code, its days, what is refused, and the doors to it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Site, User
from hospital import clock
from hospital.errors import Refusal
from patients import timeline
from patients.models import Chart, Patient, Problem, TimelineEntry
from patients.models.problems import MOST_ACTIVE, ON_FRONT
from patients.services import deactivate_patient, record_problem, resolve_problem
from patients.tests.make import make_treated

TOMORROW = clock.now().date() + timedelta(days=2)  # in any zone


@pytest.fixture
def amara(site: Site, dora: User, nora: User) -> Patient:
    """Amara, born on 3 February 1959, is in the care of Dora and Nora."""
    return make_treated(dora, nora)


# ── The rule ─────────────────────────────────────────────────────────────────
def test_a_code_brings_its_description_which_is_kept(amara: Patient, dora: User) -> None:
    problem = record_problem(amara, code="e119", by=dora)

    kept = Problem.objects.get(pk=problem.pk)
    assert (kept.code, kept.title) == ("E11.9", "Type 2 diabetes mellitus without complications")
    assert (kept.status, kept.recorded_by) == ("active", dora)


def test_what_has_no_code_is_kept_in_words(amara: Patient, dora: User) -> None:
    problem = record_problem(amara, title="  Lives   alone ", by=dora)

    assert (problem.code, problem.title) == ("", "Lives alone")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"code": "I10"}, {"code": "i10"}),
        ({"title": "Lives alone"}, {"title": "LIVES alone."}),
    ],
)
def test_the_same_is_not_active_twice(
    amara: Patient, dora: User, first: dict[str, Any], second: dict[str, Any]
) -> None:
    record_problem(amara, by=dora, **first)

    with pytest.raises(Refusal) as refused:
        record_problem(amara, by=dora, **second)

    assert refused.value.code == "already_listed"
    assert (Problem.objects.count(), TimelineEntry.objects.count()) == (1, 1)


def test_what_was_resolved_may_come_again(amara: Patient, dora: User) -> None:
    resolve_problem(record_problem(amara, code="J18.9", by=dora), by=dora)

    record_problem(amara, code="J18.9", by=dora)

    assert Problem.objects.of(amara).count() == 2


def test_with_an_end_it_is_a_resolved_one(amara: Patient, dora: User) -> None:
    record_problem(amara, code="K35.80", ended_on=date(2009, 5, 5), by=dora)
    record_problem(amara, code="K35.80", by=dora)  # and does not stand in the way

    over, active = Problem.objects.order_by("id")
    assert (over.status, over.when, active.status) == ("resolved", "until 5 May 2009", "active")


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({}, ""),
        ({"onset_on": date(2014, 6, 7), "onset_is_year": True}, "since 2014"),
        ({"onset_on": date(2014, 6, 7)}, "since 7 Jun 2014"),
        (
            {
                "onset_on": date(2009, 1, 1),
                "onset_is_year": True,
                "ended_on": date(2009, 9, 9),
                "ended_is_year": True,
            },
            "2009",
        ),
        (
            {"onset_on": date(2009, 9, 9), "onset_is_year": True, "ended_on": date(2009, 3, 3)},
            "2009 to 3 Mar 2009",
        ),
        ({"onset_on": date(1959, 1, 1), "onset_is_year": True}, "since 1959"),
    ],
)
def test_days_are_kept_as_exactly_as_they_are_known(
    amara: Patient, dora: User, days: dict[str, Any], words: str
) -> None:
    assert record_problem(amara, title="Gout", by=dora, **days).when == words


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"code": "E11.99"}, "code"),
        ({"code": "A00-A09"}, "code"),
        ({"title": ""}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"code": "I10", "onset_on": TOMORROW}, "onset_on"),
        ({"code": "I10", "onset_on": date(TOMORROW.year + 1, 1, 1), "onset_is_year": True}, "onset_on"),
        ({"code": "I10", "onset_on": date(1959, 2, 2)}, "onset_on"),
        ({"code": "I10", "onset_on": date(1958, 1, 1), "onset_is_year": True}, "onset_on"),
        ({"code": "I10", "ended_on": TOMORROW}, "ended_on"),
        ({"code": "I10", "ended_on": date(1958, 1, 1)}, "ended_on"),
        ({"code": "I10", "onset_on": date(2014, 3, 4), "ended_on": date(2014, 3, 3)}, "ended_on"),
        (
            {
                "code": "I10",
                "onset_on": date(2014, 3, 4),
                "ended_on": date(2013, 1, 1),
                "ended_is_year": True,
            },
            "ended_on",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    amara: Patient, dora: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        record_problem(amara, by=dora, **fields)

    assert set(wrong.value.message_dict) == {field}
    assert not Problem.objects.exists()


def test_of_somebody_whose_birthday_nobody_knows_only_the_year_counts(site: Site, dora: User) -> None:
    patient = make_treated(dora, birth_date=date(1974, 7, 1), birth_date_is_estimated=True)

    record_problem(patient, title="Born early", onset_on=date(1974, 2, 2), by=dora)

    with pytest.raises(ValidationError):
        record_problem(patient, title="Gout", onset_on=date(1973, 12, 31), by=dora)


def test_nothing_new_is_written_into_an_inactive_record(amara: Patient, rita: User, dora: User) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)

    with pytest.raises(Refusal) as refused:
        record_problem(amara, code="I10", by=dora)

    assert refused.value.code == "patient_inactive"


def test_the_list_of_active_ones_has_an_end(amara: Patient, dora: User) -> None:
    Problem.objects.bulk_create(
        Problem(patient=amara, recorded_by=dora, title=f"Thing {number}") for number in range(MOST_ACTIVE)
    )
    with pytest.raises(Refusal) as refused:
        record_problem(amara, code="I10", by=dora)

    assert refused.value.code == "too_many"


# ── What follows from it ─────────────────────────────────────────────────────
def test_the_first_page_has_the_active_ones_first_the_latest_of_them_on_top(
    amara: Patient, dora: User
) -> None:
    record_problem(amara, code="K35.80", ended_on=date(2009, 1, 1), ended_is_year=True, by=dora)
    record_problem(amara, code="I10", onset_on=date(2011, 1, 1), onset_is_year=True, by=dora)
    record_problem(amara, title="Lives alone", by=dora)

    front = Chart.of(amara.pk).problems
    assert [(one["code"], one["when"], one["is_active"]) for one in front] == [
        ("", "", True),
        ("I10", "since 2011", True),
        ("K35.80", "until 2009", False),
    ]


def test_resolved_ones_fill_the_first_page_no_further_than_a_dozen(amara: Patient, dora: User) -> None:
    for number in range(ON_FRONT + 2):
        record_problem(amara, title=f"Thing {number}", ended_on=date(2009, 1, 1), by=dora)
    record_problem(amara, title="Gout", by=dora)

    front = Chart.of(amara.pk).problems
    assert (len(front), front[0]["title"]) == (ON_FRONT, "Gout")


def test_the_timeline_tells_of_it_as_a_rebuilt_one_does(amara: Patient, dora: User) -> None:
    record_problem(amara, code="E11.9", onset_on=date(2014, 1, 1), onset_is_year=True, by=dora)
    before = list(TimelineEntry.objects.values())

    timeline.rebuild(amara.pk)

    assert list(TimelineEntry.objects.values()) == before
    ((drawn,), _place) = timeline.read(amara, dora)
    assert drawn.line.title == "Problem: Type 2 diabetes mellitus without complications"
    assert drawn.line.detail == "E11.9 · since 2014 · Dora Dietz"
