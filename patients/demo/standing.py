"""For the demonstration: consents, somebody who has died, and two people who were registered twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from accounts import places
from accounts.models import User
from hospital import clock
from patients import timeline
from patients.demo.people import reserve
from patients.models import Chart, Consent, Patient, SearchKey, TimelineEntry, mrn
from patients.searching import keys_for
from patients.services import record_death
from patients.services.consents import KIND, facts_of
from patients.suspecting import suspect_new, suspects_for
from patients.timeline import Told

ASKED = 40  # of how many patients it is known what they allow
OLD = 70
NOTES = ("On paper", "Said at the desk", "By phone", "", "")


@dataclass(frozen=True)
class Said:
    """A patient and the statements, the earliest first."""

    patient: Patient
    consents: list[Consent]


def plant(
    patients: Sequence[Patient],
    *,
    doctor: User,
    nurse: User,
    random: Random,
    progress: Callable[[str], object],
) -> None:
    """Of patients whose charts are there. At the end, so that nothing is told of the dead that comes later."""
    _plant_consents([_what_was_said(one, nurse, random) for one in patients[:ASKED]])
    twice = [made for made in (_typed_again(patients), _swapped(patients)) if made]
    for again in twice:
        _register_again(again)
    if oldest := max((one for one in patients if one.age >= OLD), key=lambda one: one.age, default=None):
        record_death(oldest, died_on=clock.today(places.site(oldest.site_id).time_zone), by=doctor)
    progress(f"{len(twice)} people registered twice")


# ── Consents ─────────────────────────────────────────────────────────────────
def _what_was_said(patient: Patient, nurse: User, random: Random) -> Said:
    days = sorted((random.randrange(2, 700) for _ in range(random.choice((1, 2, 2, 3)))), reverse=True)
    return Said(
        patient,
        [
            Consent(
                patient=patient,
                kind=random.choice((Consent.Kind.DATA_SHARING, *Consent.Kind.values)),
                is_given=random.random() < 0.75,
                note=random.choice(NOTES),
                recorded_by=nurse,
                said_at=clock.now() - timedelta(days=day, minutes=random.randrange(600)),
            )
            for day in days
        ],
    )


def _plant_consents(told: Sequence[Said]) -> None:
    consents = [consent for said in told for consent in said.consents]
    Consent.objects.bulk_create(consents)
    TimelineEntry.objects.bulk_create(
        timeline.tell_first(KIND, Told(one.pk, one.said_at, facts_of(one)), patient_id=one.patient_id)
        for one in consents
    )
    there = set(Chart.objects.filter(pk__in=[one.patient.pk for one in told]).values_list("pk", flat=True))
    Chart.objects.bulk_create(Chart(pk=one.patient.pk) for one in told if one.patient.pk not in there)
    for said in told:
        latest = {consent.kind: consent.is_given for consent in said.consents}
        Chart.objects.filter(pk=said.patient.pk).update(consents=latest)


# ── Registered twice ─────────────────────────────────────────────────────────
def _again(patient: Patient, **otherwise: object) -> Patient:
    """The same person, written down once more by somebody who did not look."""
    same = {
        name: getattr(patient, name) for name in ("given_name", "family_name", "birth_date", "sex", "phone")
    }
    return Patient(site_id=patient.site_id, language=patient.language, **same | otherwise)


def _typed_again(patients: Sequence[Patient]) -> Patient | None:
    """With a letter doubled in the family name, and day and month exchanged."""
    for one in patients:
        born = one.birth_date
        swaps = not one.birth_date_is_estimated and born.day <= 12 and born.day != born.month
        if swaps and one.family_name.isascii():
            family = one.family_name[:2] + one.family_name[1:]
            return _again(
                one, family_name=family, birth_date=born.replace(month=born.day, day=born.month), phone=""
            )
    return None


def _swapped(patients: Sequence[Patient]) -> Patient | None:
    """With given and family name exchanged; the phone is the same."""
    for one in reversed(patients):
        if one.phone and not one.birth_date_is_estimated:
            return _again(one, given_name=one.family_name, family_name=one.given_name)
    return None


def _register_again(again: Patient) -> None:
    again.mrn = mrn(again.site.number_prefix, reserve(again.site, 1))
    suspects = suspects_for(again)
    again.save(force_insert=True)
    SearchKey.objects.bulk_create(SearchKey(key=key, patient=again) for key in keys_for(again))
    suspect_new(again, suspects)
