"""The charts of the demonstration: those of the first patients in full, so that every page shows something."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from accounts.models import User
from patients.demo import allergies, documents, notes, problems, results, standing, vitals
from patients.demo.stories import Story, story_of
from patients.models import CareRelation, Patient


@dataclass(frozen=True)
class Told:
    """A patient, what the chart tells of him or her, and who writes it."""

    patient: Patient
    story: Story
    doctor: User
    nurse: User


def plant_charts(
    patients: Sequence[Patient],
    *,
    doctor: User,
    nurse: User,
    random: Random,
    progress: Callable[[str], object],
) -> list[Told]:
    """Fill the charts of these patients. Goes around the services, as all planting does."""
    told = [Told(one, story_of(one, random), doctor, nurse) for one in patients]
    CareRelation.objects.bulk_create(
        CareRelation(patient=one, user=nurse, because="Measures before the visits") for one in patients
    )
    allergies.plant(told, random=random, progress=progress)
    problems.plant(told, random=random, progress=progress)
    results.plant(told, random=random, progress=progress)
    documents.plant(told, random=random, progress=progress)
    progress(f"{len(told):,} charts")
    standing.plant(patients, doctor=doctor, nurse=nurse, random=random, progress=progress)
    vitals.plant(told, random=random, progress=progress)
    notes.plant(told, random=random)
    return told
