"""What can be done with the list of problems."""

from copy import copy
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from accounts.once import Once
from hospital.errors import Refusal
from patients import front, timeline
from patients.clinical import icd
from patients.models import Patient, Problem
from patients.models.problems import MOST_ACTIVE
from patients.searching import words_of

KIND = "problem"


@service("patients.record_problem")
def record_problem(
    patient: Patient, *, by: User, once: Once | None = None, code: str = "", title: str = "", **fields: Any
) -> Problem:
    """Write down a problem: with a code of ICD-10-CM, whose description becomes its title, or in words.

    With `ended_on` it is a resolved one. Refused with `already_listed` if the same is active.
    """
    if once and (earlier := once.earlier("patients.record_problem", by=by)):
        return Problem.objects.get(pk=earlier)
    if not patient.is_active:
        raise Refusal(_("This patient is inactive. Reactivate the record first."), code="patient_inactive")
    fields |= coding_of(code) or {"title": title}
    if fields.get("ended_on"):
        fields["status"] = Problem.Status.RESOLVED
    problem: Problem = Problem(patient=patient, recorded_by=by, **fields).add()
    _write_down(patient, problem)
    if once:
        once.done("patients.record_problem", problem, by=by)
    return problem


@service("patients.edit_problem")
def edit_problem(
    problem: Problem, *, by: User, seen_version: int | None, code: str | None = None, **changes: Any
) -> Problem:
    """Correct a problem. A new code brings its description with it; "" takes the code away and leaves the words.

    Raises Stale when somebody else changed it since `seen_version`.
    """
    _refuse_retracted(problem)
    if code is not None and code != problem.code:
        changes |= coding_of(code) or {"code": ""}
    elif problem.code:
        changes.pop("title", None)
    note(fields=sorted(changes))
    problem.change(seen_version=seen_version, **changes)
    _write_down(problem.patient, problem)
    return problem


@service("patients.resolve_problem")
def resolve_problem(
    problem: Problem,
    *,
    by: User,
    ended_on: date | None = None,
    ended_is_year: bool = False,
    seen_version: int | None = None,
) -> Problem:
    """Say that a problem is over, and since when, if that is known."""
    _refuse_retracted(problem)
    over = copy(problem)
    over.status, over.ended_on = Problem.Status.RESOLVED, ended_on
    over.ended_is_year = bool(ended_on and ended_is_year)
    over.check_row()
    problem.move_to(
        Problem.Status.RESOLVED,
        seen_version=seen_version,
        ended_on=over.ended_on,
        ended_is_year=over.ended_is_year,
    )
    _write_down(problem.patient, problem)
    return problem


@service("patients.reopen_problem")
def reopen_problem(problem: Problem, *, by: User, seen_version: int | None = None) -> Problem:
    """Say that a problem is back, or was never over. Refused with `already_listed` if the same is active."""
    _refuse_retracted(problem)
    problem.move_to(Problem.Status.ACTIVE, seen_version=seen_version, ended_on=None, ended_is_year=False)
    _write_down(problem.patient, problem)
    return problem


@service("patients.retract_problem")
def retract_problem(problem: Problem, *, reason: str, by: User, seen_version: int | None = None) -> Problem:
    """Take it back as entered in error. It stays, struck through."""
    problem.retract(because=reason, by=by, seen_version=seen_version)
    _write_down(problem.patient, problem)
    return problem


def coding_of(code: str) -> dict[str, str]:
    """The columns of a code of ICD-10-CM; empty for no code."""
    if not code:
        return {}
    found = icd.find(code)
    if found is None:
        raise ValidationError({"code": _("This is not a code of ICD-10-CM.")})
    return {"code": found.code, "title": found.title}


def line_of(problem: Problem) -> timeline.Told:
    """What the timeline tells of a problem."""
    facts = {
        "title": problem.title,
        "code": problem.code,
        "when": problem.when,
        "is_active": problem.is_active,
        "by": problem.recorded_by.full_name,
        "retracted": problem.is_retracted,
    }
    return timeline.Told(problem.pk, problem.created_at, facts)


def _write_down(patient: Patient, problem: Problem) -> None:
    """What follows from any change. Writers of one patient meet in the chart's row: see ProblemQuerySet.front."""
    if problem.is_active and not problem.is_retracted:
        _refuse_twice(patient, problem)
    front.renew(patient.pk, problems=Problem.objects.front(patient.pk))
    told = line_of(problem)
    timeline.tell(KIND, told.subject_id, patient_id=patient.pk, at=told.at, **told.facts)


def _refuse_twice(patient: Patient, problem: Problem) -> None:
    others = [one for one in Problem.objects.active(patient.pk) if one.pk != problem.pk]
    if any(_same(one, problem) for one in others):
        raise Refusal(
            _("%(title)s is on the list already, and active.") % {"title": problem.title},
            code="already_listed",
            field="code" if problem.code else "title",
        )
    if len(others) >= MOST_ACTIVE:
        raise Refusal(
            _("No more than %(most)s problems can be active.") % {"most": MOST_ACTIVE}, code="too_many"
        )


def _same(one: Problem, other: Problem) -> bool:
    if one.code or other.code:
        return one.code == other.code
    return words_of(one.title) == words_of(other.title)


def _refuse_retracted(problem: Problem) -> None:
    if problem.is_retracted:
        raise Refusal(_("This was taken back; it cannot be changed any more."), code="retracted")
