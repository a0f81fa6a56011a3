"""What the fictitious patients suffer from: one story each, from which all parts of a chart are made alike."""

from dataclasses import dataclass
from random import Random

from patients.models import Patient


@dataclass(frozen=True)
class Story:
    """Who may have it, how often, which problems (ICD-10-CM, years ago) go with it, and what is unusual.

    `drift` says how measured values lie: by name of a column of Vitals, or a LOINC code, a usual value, how
    far it moves between readings, and how far in all from the first to the last.
    """

    key: str
    weight: int
    ages: tuple[int, int]
    problems: tuple[tuple[str, int], ...] = ()
    drift: tuple[tuple[str, float, float, float], ...] = ()
    sex: str = ""


STORIES = (
    Story("healthy", 30, (16, 70)),
    Story("child", 30, (0, 15), (("J06.9", 0),)),
    Story(
        "hypertension",
        22,
        (40, 98),
        (("I10", 9), ("E78.5", 6)),
        (("systolic", 152, 7, -12), ("diastolic", 92, 4, -6), ("22748-8", 3.9, 0.3, -0.8)),
    ),
    Story(
        "diabetes",
        16,
        (35, 98),
        (("E11.9", 12), ("I10", 10), ("E66.9", 8)),
        (
            ("systolic", 142, 6, -6),
            ("weight", 93, 1.0, -4),
            ("glucose", 9.4, 1.2, -1.5),
            ("4548-4", 8.4, 0.2, -1.3),
            ("14749-6", 9.1, 0.8, -1.4),
        ),
    ),
    Story(
        "kidney",
        7,
        (55, 98),
        (("N18.30", 5), ("I10", 15)),
        (
            ("systolic", 146, 8, 0),
            ("14682-9", 128, 6, 42),
            ("98979-8", 52, 3, -17),
            ("2823-3", 4.7, 0.2, 0.5),
        ),
    ),
    Story(
        "lungs",
        8,
        (50, 95),
        (("J44.9", 7), ("F17.210", 30)),
        (("spo2", 93, 1, -1), ("respiration", 19, 1.5, 2), ("pulse", 86, 5, 4)),
    ),
    Story(
        "pneumonia",
        5,
        (18, 95),
        (("J18.9", 0),),
        (
            ("temperature", 38.9, 0.3, -1.0),
            ("respiration", 23, 1.5, -4),
            ("spo2", 93, 1, 2),
            ("pulse", 104, 5, -12),
            ("1988-5", 148, 12, -90),
            ("6690-2", 14.2, 0.8, -5),
        ),
    ),
    Story("pregnant", 3, (19, 43), (("Z34.90", 0),), (("weight", 68, 0.4, 6), ("pulse", 84, 4, 5)), "female"),
)


def story_of(patient: Patient, random: Random) -> Story:
    """One that fits age and sex."""
    age = patient.age
    fitting = [
        story for story in STORIES if story.ages[0] <= age <= story.ages[1] and story.sex in {"", patient.sex}
    ]
    return random.choices(fitting or [STORIES[0]], [story.weight for story in fitting] or [1])[0]
