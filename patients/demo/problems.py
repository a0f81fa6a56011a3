"""Problems and alerts of the demonstration."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from accounts import places
from hospital import clock
from patients import timeline
from patients.demo.first_pages import write
from patients.models import Alert, Problem, TimelineEntry
from patients.services import alerts, problems

if TYPE_CHECKING:
    from patients.demo.charts import Told

# What is over: the code, from which age on, how long ago at least and at most.
OVER = (("K35.80", 12, 4, 40), ("J18.9", 3, 1, 12), ("N20.0", 25, 1, 15), ("K80.20", 35, 2, 20))
OVER_SHARE, OLD, FALLS_SHARE, FOREIGN_SHARE, CARRIER_SHARE = 0.22, 78, 0.25, 0.12, 0.01
FALLS = "Falls: never leave standing alone"
CARRIER = "MRSA: gown and gloves"


def plant(told: Sequence["Told"], *, random: Random, progress: Callable[[str], object]) -> None:
    """The problems of each story, some that are over, and a few alerts."""
    found = [problem for one in told for problem in (*_of(one, random), *_over(one, random))]
    raised = [alert for one in told for alert in _alerts(one, random)]
    Problem.objects.bulk_create(found)
    Alert.objects.bulk_create(raised)
    TimelineEntry.objects.bulk_create(_lines(found, raised))
    write("problems", {pk: Problem.objects.front(pk) for pk in {one.patient_id for one in found}})
    write("alerts", {pk: Alert.objects.front(pk) for pk in {one.patient_id for one in raised}})
    progress(f"{len(found):,} problems, {len(raised):,} alerts")


def _of(told: "Told", random: Random) -> Iterator[Problem]:
    today = _today(told)
    for code, years in told.story.problems:
        if years:
            onset, is_year = date(max(today.year - years, told.patient.birth_date.year), 1, 1), True
        else:
            onset, is_year = (
                max(today - timedelta(days=random.randrange(1, 12)), told.patient.birth_date),
                False,
            )
        yield _problem(told, code, random, onset_on=onset, onset_is_year=is_year)


def _today(told: "Told") -> date:
    return clock.today(places.site(told.patient.site_id).time_zone)


def _over(told: "Told", random: Random) -> Iterator[Problem]:
    code, youngest, least, most = random.choice(OVER)
    ago = random.randrange(least, most)
    has_it = any(code == own for own, _years in told.story.problems)
    if random.random() < OVER_SHARE and told.patient.age - ago > youngest and not has_it:
        day = date(_today(told).year - ago, 1, 1)
        yield _problem(
            told,
            code,
            random,
            status=Problem.Status.RESOLVED,
            onset_on=day,
            onset_is_year=True,
            ended_on=day,
            ended_is_year=True,
        )


def _problem(told: "Told", code: str, random: Random, **fields: Any) -> Problem:
    at = clock.now() - timedelta(days=random.randrange(1, 400), minutes=random.randrange(600))
    if not fields["onset_is_year"]:
        at = max(at, clock.now() - timedelta(days=(_today(told) - fields["onset_on"]).days))
    return Problem(
        patient=told.patient,
        recorded_by=told.doctor,
        created_at=at,
        updated_at=at,
        **problems.coding_of(code),
        **fields,
    )


def _alerts(told: "Told", random: Random) -> Iterator[Alert]:
    patient = told.patient
    if patient.age >= OLD and random.random() < FALLS_SHARE:
        yield _alert(told, Alert.Category.SAFETY, FALLS, random)
    if patient.language not in {"", "de", "en"} and random.random() < FOREIGN_SHARE:
        text = f"Interpreter needed: {patient.get_language_display()}"
        yield _alert(told, Alert.Category.COMMUNICATION, text, random)
    if random.random() < CARRIER_SHARE:
        yield _alert(told, Alert.Category.INFECTION, CARRIER, random)


def _alert(told: "Told", category: str, text: str, random: Random) -> Alert:
    at = clock.now() - timedelta(days=random.randrange(3, 300))
    return Alert(
        patient=told.patient,
        recorded_by=told.nurse,
        category=category,
        text=text,
        raised_at=at,
        created_at=at,
        updated_at=at,
    )


def _lines(found: Sequence[Problem], raised: Sequence[Alert]) -> Iterator[TimelineEntry]:
    for problem in found:
        yield timeline.tell_first(problems.KIND, problems.line_of(problem), patient_id=problem.patient_id)
    for alert in raised:
        yield timeline.tell_first(alerts.KIND, alerts.line_of(alert), patient_id=alert.patient_id)
