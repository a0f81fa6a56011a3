"""Allergies of the demonstration, and statements that none are known."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from hospital import clock
from patients import timeline
from patients.demo.first_pages import write
from patients.models import Allergy, AllergyStatement, TimelineEntry
from patients.services.allergies import KIND, NONE_KNOWN, coding_of, line_of, line_of_statement

if TYPE_CHECKING:
    from patients.demo.charts import Told

# key of the allergen, or words; reaction; severity; criticality; verification
KNOWN = (
    ("penicillins", "anaphylaxis", "severe", "high", "confirmed"),
    ("penicillins", "rash", "mild", "low", "unconfirmed"),
    ("amoxicillin", "rash on the trunk", "moderate", "low", "confirmed"),
    ("acetylsalicylic_acid", "wheezing", "moderate", "high", "confirmed"),
    ("iodinated_contrast", "hives", "moderate", "high", "confirmed"),
    ("sulfamethoxazole_with_trimethoprim", "rash with fever", "severe", "high", "confirmed"),
    ("ramipril", "swelling of the lips", "severe", "high", "confirmed"),
    ("metamizole", "low blood pressure", "moderate", "unable-to-assess", "unconfirmed"),
    ("latex", "itching hands", "mild", "low", "confirmed"),
    ("nickel", "eczema", "mild", "low", "confirmed"),
    ("birch_pollen", "sneezing, itching eyes", "mild", "low", "confirmed"),
    ("house_dust_mite", "blocked nose", "mild", "low", "unconfirmed"),
    ("bee_venom", "swelling of the whole arm", "moderate", "high", "confirmed"),
    ("hazelnut", "itching in the mouth", "mild", "low", "unconfirmed"),
    ("peanut", "anaphylaxis", "severe", "high", "confirmed"),
    ("codeine", "nausea", "mild", "low", "unconfirmed"),
    ("lactose", "bloating", "mild", "low", "unconfirmed"),
)
INTOLERANCES = frozenset({"codeine", "lactose", "ramipril"})
UNCODED = ("Cough syrup from abroad, name not known", "Ointment with arnica")
SOME, SECOND, WORDS, NONE = 0.34, 0.25, 0.08, 0.45


def plant(told: Sequence["Told"], *, random: Random, progress: Callable[[str], object]) -> None:
    """A third of the patients are allergic to something, of most others it is stated that they are not."""
    allergies: list[Allergy] = []
    statements: list[AllergyStatement] = []
    for one in told:
        at = clock.now() - timedelta(days=random.randrange(20, 700), minutes=random.randrange(600))
        if random.random() < SOME:
            allergies += _of(one, at, random)
        elif random.random() < NONE:
            statements.append(AllergyStatement(recorded_by=one.nurse, stated_at=at, **_when(one, at)))
    Allergy.objects.bulk_create(allergies)
    AllergyStatement.objects.bulk_create(statements)
    TimelineEntry.objects.bulk_create(_lines(allergies, statements))
    patients = {one.patient_id for one in (*allergies, *statements)}
    write("allergies", {pk: Allergy.objects.front(pk) for pk in patients})
    progress(f"{len(allergies):,} allergies")


def _of(told: "Told", at: datetime, random: Random) -> Iterator[Allergy]:
    if random.random() < WORDS:
        said = {"substance": random.choice(UNCODED), "category": Allergy.Category.MEDICATION}
        yield Allergy(recorded_by=told.nurse, reaction="rash", **said, **_when(told, at))
        return
    taken: set[str] = set()
    for key, reaction, severity, criticality, verification in random.sample(
        KNOWN, 2 if random.random() < SECOND else 1
    ):
        if key not in taken:
            taken.add(key)
            kind = Allergy.Kind.INTOLERANCE if key in INTOLERANCES else Allergy.Kind.ALLERGY
            yield Allergy(
                recorded_by=told.doctor,
                kind=kind,
                reaction=reaction,
                severity=severity,
                criticality=criticality,
                verification=verification,
                **coding_of(key, ""),
                **_when(told, at),
            )


def _when(told: "Told", at: datetime) -> dict[str, Any]:
    return {"patient": told.patient, "created_at": at, "updated_at": at}


def _lines(allergies: Sequence[Allergy], statements: Sequence[AllergyStatement]) -> Iterator[TimelineEntry]:
    for allergy in allergies:
        yield timeline.tell_first(KIND, line_of(allergy), patient_id=allergy.patient_id)
    for statement in statements:
        yield timeline.tell_first(NONE_KNOWN, line_of_statement(statement), patient_id=statement.patient_id)
