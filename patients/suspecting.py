"""Records that may be of one person: how they are found among all, and how they come onto the list.

Nobody is compared with everybody. Candidates come from ranges of the search keys (see `patients.searching`) in two
statements with a limit each, so that it costs the same among a million patients as among a thousand:

narrow  dates of birth that are one slip away, and the phone, each with the first letter of one of the names
broad   the same date of birth, those with digits exchanged, and the phone, whatever the name
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.models import User
from hospital import clock
from hospital.db import atomic
from hospital.errors import LostRace, Refusal
from hospital.models import one_of
from notifications.models import Heartbeat
from patients.clinical.duplicates import (
    ALIKE,
    NEAR_CERTAIN,
    Likeness,
    Person,
    exchanged,
    likeness_of,
    likeness_of_words,
    one_digit_off,
)
from patients.models import Patient, PatientQuerySet, SearchKey, SuspectedPair
from patients.searching import BEGINNING, OF, words_in

MOST_KEYS = 400
MOST_COMPARED = 60
MOST_SHOWN = 5
MOST_LISTED = 10  # pairs of one patient that are found at once
SLICE = 200
WALK = "find_duplicates"
Status = SuspectedPair.Status


@dataclass(frozen=True)
class Suspect:
    """Somebody who is written down already and may be the same person."""

    patient: Patient
    likeness: Likeness

    @property
    def score(self) -> int:
        return self.likeness.score

    @property
    def is_near_certain(self) -> bool:
        return self.score >= NEAR_CERTAIN

    @property
    def reasons(self) -> list[dict[str, Any]]:
        return self.likeness.as_json


# ── Finding ──────────────────────────────────────────────────────────────────
def suspects_for(one: Any, *, but: UUID | None = None, among: PatientQuerySet | None = None) -> list[Suspect]:
    """Who may be the same person as a patient, or as what somebody is typing: the likest first.

    `one` has the attributes that `Person.of` reads; `but` is left out; `among` is whom the asker may see. Three
    statements at most.
    """
    person = Person.of(one)
    ids = [pk for pk in _candidates(person) if pk != but]
    patients = Patient.objects.all() if among is None else among
    found = patients.filter(pk__in=ids[:MOST_COMPARED]) if ids else []
    compared = [Suspect(patient, likeness_of(person, Person.of(patient))) for patient in found]
    alike = [suspect for suspect in compared if suspect.likeness.is_suspected]
    return sorted(alike, key=lambda suspect: (-suspect.score, suspect.patient.pk))


def _candidates(person: Person) -> list[UUID]:
    """Ids, those first whose names are most alike."""
    if not person.given or not person.family:
        return []
    keys = {
        key
        for starts in (_narrow(person), _broad(person))
        for key in SearchKey.objects.beginning_with(starts, at_most=MOST_KEYS)
    }
    ranked: dict[UUID, float] = {}
    for key in keys:
        likeness = _names_alike(person, words_in(key))
        if likeness or key.startswith("t:"):
            pk = UUID(hex=key.rpartition(OF)[2])
            ranked[pk] = max(likeness, ranked.get(pk, 0.0))
    return sorted(ranked, key=lambda pk: (-ranked[pk], pk))


def _names_alike(person: Person, words: list[str]) -> float:
    """How many of the person's words a key has, as they are or alike."""
    others = words[1:]
    best = [max((likeness_of_words(word, its) for its in others), default=0.0) for word in _words(person)]
    return sum(likeness for likeness in best if likeness >= ALIKE)


def _words(person: Person) -> list[str]:
    return list(dict.fromkeys((*person.family, *person.given)))


def _narrow(person: Person) -> Iterator[str]:
    begun = sorted({name[0][:1] for name in (person.family, person.given)})
    first = [f"b:{day.isoformat()}" for day in sorted(_dates_nearby(person))]
    if person.phone:
        first.append(f"t:{person.phone}")
    yield from (f"{text} {name}" for text in first for name in begun)
    if person.is_estimated:
        family, given = person.family[0], person.given[0]
        yield from (f"n:{family} {given}", f"n:{given} {family}")
        yield from (f"p:{given[:BEGINNING]} {family}", f"p:{family[:BEGINNING]} {given}")


def _dates_nearby(person: Person) -> set[date]:
    born = person.birth_date
    if born is None:
        return set()
    middle = date(born.year, 7, 1)  # where the date of somebody stands of whom only the year is known
    return {born, middle} if person.is_estimated else {born, middle, *one_digit_off(born), *exchanged(born)}


def _broad(person: Person) -> Iterator[str]:
    if person.birth_date and not person.is_estimated:
        dates = {person.birth_date, *exchanged(person.birth_date)}
        yield from (f"b:{day.isoformat()} " for day in sorted(dates))
    if person.phone:
        yield f"t:{person.phone} "


def refuse_if_alike(suspects: Iterable[Suspect], score: int) -> None:
    """Raise Refusal `possible_duplicate` where one of them is so alike."""
    found = [one for one in suspects if one.score >= score]
    if found:
        raise Refusal(
            _("This may be somebody who is registered already."),
            code="possible_duplicate",
            offers=[_offer(one) for one in found[:MOST_SHOWN]],
        )


def _offer(suspect: Suspect) -> dict[str, Any]:
    patient = suspect.patient
    return {"id": str(patient.pk), "mrn": patient.mrn, "score": suspect.score, "reasons": suspect.reasons}


# ── The list ─────────────────────────────────────────────────────────────────
def pair_of(one: UUID, other: UUID) -> str:
    """The name of a pair: the same, whichever of the two comes first."""
    return ":".join(sorted((one.hex, other.hex)))


def suspect_new(patient: Patient, suspects: Iterable[Suspect]) -> None:
    """Put a patient who has just been registered onto the list, with those who may be the same."""
    open_ones = [suspect for suspect in suspects if suspect.patient.is_active]
    _add([_pair(patient, suspect) for suspect in open_ones[:MOST_LISTED]])


def suspect_again(patient: Patient, *, by: User) -> None:
    """Look anew at somebody whose name, date of birth or phone has changed.

    What was dismissed before comes back if it is still alike; what is alike no longer leaves the list.
    """
    if not patient.is_active:
        return
    found = {pair_of(patient.pk, one.patient.pk): one for one in suspects_for(patient, but=patient.pk)}
    known = {pair.pair: pair for pair in SuspectedPair.objects.of(patient.pk)}
    for key, pair in known.items():
        if suspect := found.get(key):
            _renew(pair, suspect)
        elif pair.status == Status.SUSPECTED:
            pair.move_to(Status.DISMISSED, decided_by=by, decided_because=SuspectedPair.NO_LONGER_ALIKE)
    new = [one for key, one in found.items() if key not in known]
    suspect_new(patient, new)


def settle_closed(patient: Patient, *, by: User) -> None:
    """Whoever is closed is on the list no more: usually because somebody has decided about the pair."""
    for pair in SuspectedPair.objects.of(patient.pk).waiting():
        pair.move_to(Status.DISMISSED, decided_by=by, decided_because=SuspectedPair.ONE_IS_CLOSED)


def suspect_reopened(patient: Patient) -> None:
    """Bring back what left the list only because this record, or the other one, was closed, if both are open now."""
    left = SuspectedPair.objects.of(patient.pk).filter(decided_because=SuspectedPair.ONE_IS_CLOSED)
    for pair in left.filter(status=Status.DISMISSED).select_related("first", "second"):
        if pair.first.is_active and pair.second.is_active:
            pair.move_to(Status.SUSPECTED, decided_by=None, decided_because="")


def _renew(pair: SuspectedPair, suspect: Suspect) -> None:
    changes: dict[str, Any] = {"score": suspect.score, "reasons": suspect.reasons}
    if pair.status == Status.DISMISSED:
        pair.move_to(Status.SUSPECTED, found_at=clock.now(), decided_by=None, decided_because="", **changes)
    else:
        pair.change(**changes)


def _pair(patient: Patient, suspect: Suspect) -> SuspectedPair:
    first, second = sorted((patient.pk, suspect.patient.pk), key=lambda pk: pk.hex)
    return SuspectedPair(
        pair=pair_of(first, second),
        first_id=first,
        second_id=second,
        score=suspect.score,
        reasons=suspect.reasons,
    )


def _add(pairs: list[SuspectedPair]) -> None:
    if not pairs:
        return
    try:
        SuspectedPair.objects.bulk_create(pairs)
    except IntegrityError as error:
        raise LostRace("Somebody else has just found one of these pairs.") from error


# ── All patients, some at a time ─────────────────────────────────────────────
def walk(*, size: int = SLICE) -> tuple[int, bool]:
    """Compare the next patients with all others. How many pairs were new, and whether these were the last patients.

    Where it stopped is written down: the next call goes on from there, and begins anew after the last patient.
    """
    after = _place()
    rows = Patient.objects.filter(is_active=True).order_by("id")
    patients = list((rows.filter(pk__gt=after) if after else rows)[:size])
    new = sum(_compare(patient) for patient in patients)
    is_over = len(patients) < size
    _put_down(None if is_over else patients[-1].pk)
    return new, is_over


def _place() -> UUID | None:
    last: Heartbeat | None = one_of(Heartbeat.objects.filter(name=WALK))
    after = last.details.get("after") if last else None
    return UUID(after) if after else None


def _put_down(after: UUID | None) -> None:
    place = {"after": after.hex if after else ""}
    if not Heartbeat.objects.filter(name=WALK).update(at=clock.now(), details=place):
        Heartbeat.objects.get_or_create(name=WALK, defaults={"details": place})


def _compare(patient: Patient) -> int:
    """Put those onto the list who are alike and not on it, in a transaction of its own: nobody waits for a slice."""
    suspects = [one for one in suspects_for(patient, but=patient.pk) if one.patient.is_active][:MOST_LISTED]
    keys = [pair_of(patient.pk, one.patient.pk) for one in suspects]
    known = set(SuspectedPair.objects.filter(pair__in=keys).values_list("pair", flat=True)) if keys else set()
    new = [one for key, one in zip(keys, suspects, strict=True) if key not in known]
    with atomic():
        _add([_pair(patient, one) for one in new])
    return len(new)
