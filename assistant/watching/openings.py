"""Who opened which records, of those who did so lately: from the audit, by its indexes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from accounts import places
from accounts.models import User
from accounts.roles import Role
from assistant.anomalies import Finding
from assistant.anomalies.access import many_denials, same_family_name, snooping, unusual_volume
from assistant.services.alerts import Found
from assistant.watching.places import first_of
from audit.models import Entry
from hospital import clock
from patients.models import CareRelation, Patient

BACK = timedelta(days=28)
MOST_PEOPLE = 20
MOST_ENTRIES = 20_000
LOOKING = ("view_", "open_record")
USER, PATIENT = User._meta.label_lower, Patient._meta.label_lower
Row = tuple[datetime, str, str, UUID]  # when, what, what came of it, whose record


def of_entries(entries: Sequence[Entry]) -> Iterator[Found]:
    """What the people of these entries did today, beside what they did in the weeks before."""
    ids = {one.actor_id for one in entries if one.actor_id and one.patient_id}
    people = User.objects.filter(pk__in=list(ids)).exclude(role=Role.INTEGRATION)
    for user in people.order_by("id")[:MOST_PEOPLE]:
        yield from _of_person(user)


def _of_person(user: User) -> Iterator[Found]:
    now, zone = clock.now(), places.first_site().zone
    today = now.astimezone(zone).date()
    asked = (
        Entry.objects.filter(actor_id=user.pk, pk__gte=first_of(now - BACK), patient_id__isnull=False)
        .order_by("-id")
        .values_list("at", "verb", "outcome", "patient_id")
    )
    rows: list[Row] = [
        (at, verb, outcome, patient_id)
        for at, verb, outcome, patient_id in asked[:MOST_ENTRIES]
        if patient_id
    ]
    days = [at.astimezone(zone).date() for at, *_rest in rows]
    of_today = [row for row, day in zip(rows, days, strict=True) if day == today]
    yield from _of_day(user, of_today, today)
    opened: dict[date, set[UUID]] = {}
    for row, day in zip(rows, days, strict=True):
        if _is_look(row):
            opened.setdefault(day, set()).add(row[3])
    before = {day: len(some) for day, some in sorted(opened.items()) if day < today}
    finding = unusual_volume(len(opened.get(today, ())), list(before.values()))
    if finding:
        picture = [(str(day), float(number)) for day, number in before.items()]
        series = [*picture[-24:], (str(today), float(len(opened[today])))]
        yield _about(user, finding, f"{user.pk}:{today}", series=series)


def _of_day(user: User, rows: Sequence[Row], today: date) -> Iterator[Found]:
    denied = [row for row in rows if row[2] == Entry.Outcome.DENIED]
    finding = many_denials(len({row[3] for row in denied}), len(denied))
    if finding:
        yield _about(user, finding, f"{user.pk}:{today}")
    opened = Counter(row[3] for row in rows if _is_look(row))
    for patient in Patient.objects.filter(pk__in=list(opened)).only("id", "family_name"):
        if not same_family_name(user.full_name, patient.family_name):
            continue
        finding = snooping(opened[patient.pk], same_name=True, is_own_work=_is_own_work(user, patient))
        if finding:
            yield _about(user, finding, f"{user.pk}:{patient.pk}:{today}", patient_id=patient.pk)


def _is_look(row: Row) -> bool:
    return row[2] == Entry.Outcome.DONE and row[1].partition(".")[2].startswith(LOOKING)


def _is_own_work(user: User, patient: Patient) -> bool:
    """Whether the person treats the patient, or has ever done something about the patient but look."""
    if CareRelation.objects.filter(patient_id=patient.pk, user_id=user.pk).exists():
        return True
    verbs = Entry.objects.filter(patient_id=patient.pk, actor_id=user.pk, outcome=Entry.Outcome.DONE)
    return any(
        not verb.partition(".")[2].startswith(LOOKING) for verb in set(verbs.values_list("verb", flat=True))
    )


def _about(user: User, finding: Finding, key: str, **more: Any) -> Found:
    return Found(finding, f"{finding.kind}:{key}", USER, user.pk, about_id=user.pk, **more)
