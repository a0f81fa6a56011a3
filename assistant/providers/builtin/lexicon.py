"""What can be asked about, under the names that people use for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from assistant.providers.builtin.words import plain, words_of
from patients.clinical.loinc import BY_CODE, STARTERS


class Part(StrEnum):
    """From where the answer to a question is read."""

    LABS = "labs"
    ABNORMAL = "abnormal"
    VITALS = "vitals"
    NEWS2 = "news2"
    PERSON = "person"
    ALLERGIES = "allergies"
    PROBLEMS = "problems"
    ALERTS = "alerts"
    MEDICINES = "medicines"
    NEXT_VISIT = "next_visit"
    LAST_VISIT = "last_visit"
    LAST_NOTE = "last_note"
    FREE_TIMES = "free_times"
    SAFETY = "safety"
    GUIDELINES = "guidelines"
    RESULTS = "results"
    OVERVIEW = "overview"
    FOLLOW_UP = "follow_up"


BROAD = frozenset(
    {Part.RESULTS, Part.OVERVIEW, Part.FOLLOW_UP}
)  # asked for alone; beside more they say nothing


@dataclass(frozen=True, slots=True)
class Concept:
    """Something that can be asked about: for laboratory tests its codes, for vital signs the columns."""

    part: Part
    keys: tuple[str, ...] = ()


_TESTS = {
    "potassium | serum potassium | k+ | kalium": "2823-3",
    "sodium | serum sodium | na+ | natrium": "2951-2",
    "hba1c | a1c | hb a1c | glycated haemoglobin | glycated hemoglobin | glycosylated haemoglobin | "
    "longterm blood sugar | long term blood sugar | longterm sugar": "4548-4 59261-8",
    "haemoglobin | hemoglobin | hb | hgb | anaemia | anemia | anaemic | anemic": "718-7",
    "leukocytes | leucocytes | white cells | white blood cells | white blood cell count | wbc | white count": "6690-2",
    "platelets | thrombocytes | platelet count | thrombocyte count | plt": "777-3",
    "crp | c reactive protein": "1988-5",
    "creatinine | kreatinin | crea": "14682-9 2160-0",
    "egfr | gfr | glomerular filtration rate | filtration rate": "98979-8 33914-3",
    "kidney function | renal function | kidney values | kidneys | how are the kidneys": "98979-8 14682-9 22664-7",
    "liver values | liver function | liver enzymes | lft | lfts | transaminases": "1742-6 1920-8 2324-2 6768-6 14631-6",
    "alt | alat | gpt": "1742-6",
    "ast | asat | got": "1920-8",
    "ggt | gamma gt": "2324-2",
    "ldl | ldl cholesterol": "22748-8",
    "hdl | hdl cholesterol": "14646-4",
    "cholesterol | lipids | lipid profile | blood fats": "14647-2 14646-4 22748-8 14927-8",
    "triglycerides": "14927-8",
    "tsh | thyrotropin | thyroid function | thyroid values": "3016-3 14920-3 14928-6",
    "glucose | blood sugar | blood glucose | sugar | fasting glucose": "14749-6 14771-0 2345-7",
    "urea | bun": "22664-7 3094-0",
    "uric acid | urate": "14933-6",
    "inr": "6301-6",
    "ddimer": "48065-7",
    "troponin": "67151-1 89579-7",
    "bnp | ntprobnp": "33762-6",
    "b12 | vitamin b12 | cobalamin": "14685-2",
    "folate | folic acid level": "2284-8",
    "albumin": "1751-7",
    "blood count | full blood count | fbc | cbc": "718-7 6690-2 777-3 787-2",
    "electrolytes": "2951-2 2823-3 2000-8 2075-0",
}
_MEASURES = {
    "blood pressure | bp | rr | systolic | diastolic | tension": "systolic diastolic",
    "pulse | heart rate | hr | pulse rate": "pulse",
    "temperature | temp | fever | febrile | body temperature": "temperature",
    "respiratory rate | respiration | breathing rate | resp rate": "respiration",
    "oxygen saturation | spo2 | o2 saturation | sats | saturation": "spo2",
    "weight | weigh | weighs | heavy | kilos | body weight": "weight",
    "height | tall": "height",
    "pain | pain score | painful": "pain",
}
_PARTS = {
    Part.ABNORMAL: "abnormal lab | abnormal labs | abnormal result | abnormal results | lab values are abnormal | "
    "abnormal values | abnormal lab values | results outside | out of range | pathological values | abnormal",
    Part.NEWS2: "news2 | news 2 | early warning score | news score",
    Part.PERSON: "old | age | born | birth date | date of birth | birthday | blood group | blood type | sex | gender",
    Part.ALLERGIES: "allergic | allergies | allergy | intolerance | intolerances | intolerant | "
    "not be given | hypersensitivity | hypersensitivities",
    Part.PROBLEMS: "problem list | problems | problem | diagnoses | diagnosis | diagnosed | conditions | "
    "resolved problems | active problems | comorbidities",
    Part.ALERTS: "alert | alerts | warnings in the record",
    Part.MEDICINES: "medicines | medicine | medication | medications | medication list | drugs | drug | take | takes | "
    "taking | prescribed | prescription | prescriptions | current medication",
    Part.NEXT_VISIT: "next appointment | next visit | upcoming visits | upcoming appointments | upcoming visit | "
    "upcoming appointment | come next | next come | coming appointments | appointments | appointment | "
    "booked | scheduled",
    Part.LAST_VISIT: "here last | last here | last appointment | last seen | previous appointments | past appointments | "
    "last time here | missed appointments",
    Part.LAST_NOTE: "last note | last visit | latest note | newest note | last consultation | notes | note | "
    "last encounter | visit",
    Part.FREE_TIMES: "free times | free time | free slot | free slots | availability | available | next free | slots",
    Part.SAFETY: "safe | interact | interacts | interaction | interactions | contraindicated | safety check",
    Part.GUIDELINES: "guideline | guidelines | recommendation | recommendations | first line | firstline",
    Part.RESULTS: "results | labs | lab | laboratory | lab results | lab result | laboratory results | test results | "
    "laboratory values | lab values | lab tests | blood tests | blood test | blood results | bloods",
    Part.OVERVIEW: "summary | summarise | summarize | overview | summarise patient | about this patient | "
    "about the patient | about her | about him | patient summary | who is this patient | about patient",
    Part.FOLLOW_UP: "followup | followups | follow up | follow ups | next step | next steps | what is due | "
    "anything due | done next | happen next",
}


def _phrases(text: str) -> Iterator[tuple[str, ...]]:
    for phrase in text.split("|"):
        yield tuple(words_of(phrase))


def _all() -> Iterator[tuple[tuple[str, ...], Concept]]:
    for one in STARTERS:
        name = plain(one.short_name).split(" (")[0]
        yield tuple(words_of(name)), Concept(Part.LABS, (one.loinc,))
    for names, codes in _TESTS.items():
        for phrase in _phrases(names):
            yield phrase, Concept(Part.LABS, tuple(codes.split()))
    for names, columns in _MEASURES.items():
        for phrase in _phrases(names):
            yield phrase, Concept(Part.VITALS, tuple(columns.split()))
    for part, names in _PARTS.items():
        for phrase in _phrases(names):
            yield phrase, Concept(part)


PHRASES: dict[tuple[str, ...], Concept] = dict(_all())
LONGEST_PHRASE = max(map(len, PHRASES))
NAMES = {loinc: one.short_name for loinc, one in BY_CODE.items()}
