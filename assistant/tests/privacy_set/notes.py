"""Notes that hold a patient's identifiers, names of other people, and clinical words that must stay.

Committed before the rule that it judges. The names of other people come from the lists of the demonstration,
which the rule does not read.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from assistant.tests.privacy_set import variants
from assistant.tests.privacy_set.people import ALSO_WORDS, Person, a_phone, full_name, somebody

# What a rule may take for a name, and is none.
CLINICAL = (
    "Temperature rose to 38.2 °C in the night; may repeat paracetamol 1 g.",
    "Parkinson's disease, stable on levodopa 100 mg three times a day.",
    "Graves disease treated in 2019, TSH now 2.1 mU/L.",
    "Bell's palsy on the left, House-Brackmann grade III.",
    "Long QT excluded: QTc 412 ms. Short of breath on stairs.",
    "White cell count 11.2, haemoglobin 13.4 g/dL, platelets 240.",
    "Brown sputum since Monday, no frank haematuria.",
    "Will review in two weeks. Mark the site before the biopsy.",
    "May need an increase of ramipril to 5 mg.",
    "Hope to discharge soon. Grace period for the referral is 14 days.",
    "BP 145/88 mmHg, pulse 72, SpO2 97 %, weight 80.4 kg.",
    "Metformin 500 mg 1-0-1, Amlodipine 5 mg 1-0-0, Bisoprolol 2.5 mg.",
    "Hodgkin lymphoma in the family history. Crohn's disease ruled out.",
    "CT chest: 8 mm nodule in the right upper lobe. Fleischner criteria apply.",
    "Glasgow Coma Scale 15. Babinski negative. Romberg negative.",
    "HbA1c 7.4 %, creatinine 1.1 mg/dL, potassium 3.2 mmol/L.",
    "Down-titrate prednisolone by 5 mg each week, then stop.",
    "Penicillin allergy: rash. Ibuprofen avoided because of CKD 3.",
    "Wright stain of the smear unremarkable. Weight loss of 4 kg.",
    "Young adult with asthma; peak flow 410 L/min, Ventolin as needed.",
    "Heart sounds normal, no murmur. No ankle swelling.",
    "LOINC 4548-4, SNOMED 44054006, ICD E11.9. 1/2 tablet at 22:00.",
    "Stay active, warmth. Come back if it is not better in two weeks.",
    "Urine albumin with the next blood test. Eye check is due this year.",
)
RELATIONS = ("daughter", "son", "wife", "husband", "neighbour", "sister", "brother", "carer")


@dataclass(frozen=True)
class SeededNote:
    """A note; `hidden` are the patient's identifiers as written in it, `others` other people's names by the way
    they are named, `kept` the sentences that should arrive as they are.
    """

    person: Person
    text: str
    hidden: tuple[str, ...]
    others: tuple[tuple[str, str], ...]
    kept: tuple[str, ...]


def _other(random: Random) -> tuple[str, str, str]:
    """A sentence about somebody else, the way of naming, and the name."""
    given, family = full_name(random)
    way = random.choice(("title", "relation", "whole", "first"))
    if way == "title":
        name, title = (
            family,
            random.choice(("Dr", "Dr.", "Prof.", "Mr", "Mrs", "Ms", "Frau", "Herr", "Nurse", "Sister")),
        )
        return f"Discussed with {title} {family} on the ward.", way, name
    if way == "relation":
        return f"Her {random.choice(RELATIONS)} {given} is with us today.", way, given
    if way == "whole":
        return f"Letter received from {given} {family} about the last stay.", way, f"{given} {family}"
    return f"Brought in by {given}, who called the ambulance.", way, given


def _sentences(person: Person, random: Random) -> Iterator[tuple[str, str]]:
    """Sentences about the patient, each with the identifier that it holds."""
    kin_given, _, kin_family = person.kin_name.rpartition(" ")
    ways: tuple[tuple[str, Callable[[], str]], ...] = (
        ("{} was seen today.", lambda: variants.whole_name(person, random)),
        ("Patient: {}", lambda: variants.whole_name(person, random)),
        ("Talked with {} about the plan.", lambda: variants.part_of_name(person, random)),
        ("born {}", lambda: variants.born(person.birth_date, random)),
        ("DOB {}.", lambda: variants.born(person.birth_date, random)),
        ("Call back on {} tomorrow.", lambda: variants.dialled(person.phone, random)),
        ("Number: {}.", lambda: variants.numbered(person.mrn, random)),
        ("Insured under {}.", lambda: variants.policy(person.policy, random)),
        ("Write to {} with the result.", lambda: variants.mailed(person.email, random)),
        ("Lives at {}.", lambda: variants.lives(person.address, random)),
        (
            "Next of kin: {}.",
            lambda: random.choice((person.kin_name, f"{kin_family}, {kin_given}", kin_given)),
        ),
        ("The next of kin answers at {}.", lambda: variants.dialled(person.kin_phone, random)),
    )
    for frame, write in random.sample(ways, k=random.randint(4, 7)):
        identifier = write()
        yield frame.format(identifier), identifier


def _is_clinical_too(sentence: str, person: Person) -> bool:
    """Whether a sentence without identifiers holds a word that is the patient's name by chance."""
    words = {
        word.casefold() for word in f"{person.given_name} {person.family_name} {person.kin_name}".split()
    }
    return any(word.strip(".,:;'’s").casefold() in words for word in sentence.replace("-", " ").split())


def note(random: Random, number: int) -> SeededNote:
    person = somebody(random, number)
    about = list(_sentences(person, random))
    kept = random.sample(CLINICAL, k=random.randint(3, 6))
    if person.given_name not in ALSO_WORDS and person.family_name not in ALSO_WORDS:
        kept = [one for one in kept if not _is_clinical_too(one, person)]
    others = [_other(random) for _ in range(random.randint(0, 2))]
    if random.random() < 0.2:
        others.append((f"GP reachable under {a_phone(random)}.", "number", ""))
    lines = [sentence for sentence, _ in about] + kept + [sentence for sentence, *_ in others]
    random.shuffle(lines)
    return SeededNote(
        person=person,
        text="\n".join(lines) if random.random() < 0.3 else " ".join(lines),
        hidden=tuple(identifier for _, identifier in about),
        others=tuple((way, name) for _, way, name in others if name),
        kept=tuple(kept),
    )


def notes(number: int, seed: int) -> Iterator[SeededNote]:
    random = Random(f"privacy:{seed}")
    for place in range(number):
        yield note(random, place)
