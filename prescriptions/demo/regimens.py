"""What the fictitious doctors prescribe: for each story what is taken all the time, and what for a while.

Usual medicines in usual doses, and some that are not wise together, so that there are warnings to be seen. It is no
advice to anybody.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

ADULTS = (18, 120)
ALL = ("healthy", "hypertension", "diabetes", "kidney", "lungs", "pneumonia")
HUNDRED_DAYS = 100


@dataclass(frozen=True)
class Dose:
    """A line: key of the product, dose at once, how often; `per_kg` in the unit of the dose instead of `dose`."""

    product: str
    dose: str
    often: str
    needed_for: str = ""
    quantity: str = ""
    per_kg: str = ""

    def for_weight(self, kilograms: Decimal) -> str:
        """The dose at once, of what is reckoned by weight to half a unit."""
        if not self.per_kg:
            return self.dose
        halves = (Decimal(self.per_kg) * kilograms * 2).quantize(Decimal(1), rounding=ROUND_HALF_UP)
        return f"{max(halves, Decimal(1)) / 2:f}"


@dataclass(frozen=True)
class Regimen:
    """Lines for one reason. `weight`: how often it is drawn beside others of the same story."""

    stories: tuple[str, ...]
    reason: str
    lines: tuple[Dose, ...]
    days: int | None
    department: str = "GEN"
    weight: int = 4
    sex: str = ""
    ages: tuple[int, int] = ADULTS

    def fits(self, story: str, sex: str, age: int) -> bool:
        return story in self.stories and self.sex in {"", sex} and self.ages[0] <= age <= self.ages[1]


RAMIPRIL = Dose("ramipril-5-mg-tablet", "1", "om")
AMLODIPINE = Dose("amlodipine-5-mg-tablet", "1", "om")
ATORVASTATIN = Dose("atorvastatin-20-mg-tablet", "1", "on")
SIMVASTATIN = Dose("simvastatin-20-mg-tablet", "1", "on")
METFORMIN = Dose("metformin-1000-mg-tablet", "1", "bd with meals")
PARACETAMOL = Dose("paracetamol-500-mg-tablet", "2", "up to 3x daily", "pain or fever", "30")
SALBUTAMOL = Dose("salbutamol-100-micrograms-dose-inhaler", "2", "up to 4x daily", "breathlessness", "1")

# Taken all the time: a hundred days each, then prescribed again.
LASTING = (
    Regimen(("hypertension",), "Hypertension", (RAMIPRIL, AMLODIPINE), HUNDRED_DAYS, weight=6),
    Regimen(("hypertension",), "Hypertension, high cholesterol", (RAMIPRIL, ATORVASTATIN), HUNDRED_DAYS),
    Regimen(
        ("hypertension",),
        "Hypertension, high cholesterol",
        (Dose("valsartan-80-mg-tablet", "1", "om"), AMLODIPINE, SIMVASTATIN),
        HUNDRED_DAYS,
        "CAR",
    ),
    Regimen(
        ("hypertension",),
        "Hypertension",
        (Dose("bisoprolol-5-mg-tablet", "1", "om"), Dose("hydrochlorothiazide-12-5-mg-tablet", "1", "om")),
        HUNDRED_DAYS,
        "CAR",
        3,
    ),
    Regimen(("diabetes",), "Type 2 diabetes, hypertension", (METFORMIN, RAMIPRIL), HUNDRED_DAYS, weight=6),
    Regimen(
        ("diabetes",),
        "Type 2 diabetes, hypertension",
        (METFORMIN, Dose("empagliflozin-10-mg-tablet", "1", "om"), RAMIPRIL, ATORVASTATIN),
        HUNDRED_DAYS,
    ),
    Regimen(
        ("kidney",),
        "Hypertension, kidney disease",
        (Dose("ramipril-2-5-mg-tablet", "1", "om"), AMLODIPINE, Dose("furosemide-40-mg-tablet", "1", "om")),
        HUNDRED_DAYS,
    ),
    Regimen(
        ("kidney",),
        "Heart failure, kidney disease",
        (
            RAMIPRIL,
            Dose("spironolactone-25-mg-tablet", "1", "om"),
            Dose("bisoprolol-2-5-mg-tablet", "1", "om"),
        ),
        HUNDRED_DAYS,
        "CAR",
        3,
    ),
    Regimen(
        ("hypertension", "kidney"),
        "Atrial fibrillation, hypertension",
        (Dose("apixaban-5-mg-tablet", "1", "bd"), Dose("bisoprolol-5-mg-tablet", "1", "om"), RAMIPRIL),
        HUNDRED_DAYS,
        "CAR",
        5,
        ages=(60, 120),
    ),
    Regimen(
        ("lungs",),
        "COPD",
        (Dose("tiotropium-18-micrograms-dose-inhaler", "1", "om", quantity="3"), SALBUTAMOL),
        HUNDRED_DAYS,
    ),
    Regimen(
        ("pregnant",),
        "Pregnancy",
        (Dose("folic-acid-0-4-mg-tablet", "1", "om"), Dose("ferrous-sulfate-100-mg-tablet", "1", "om")),
        HUNDRED_DAYS,
        "GYN",
    ),
    Regimen(
        ("healthy",), "Hypothyroidism", (Dose("levothyroxine-75-micrograms-tablet", "1", "om"),), HUNDRED_DAYS
    ),
)

# For a while.
PASSING = (
    Regimen(
        ("child",),
        "Fever",
        (Dose("paracetamol-24-mg-ml-oral-suspension", "", "up to 4x daily", "fever", "100", per_kg="0.6"),),
        3,
        "PED",
        6,
        ages=(1, 12),
    ),
    Regimen(
        ("child",),
        "Acute otitis media",
        (Dose("amoxicillin-50-mg-ml-oral-suspension", "", "tds", per_kg="0.3"),),
        7,
        "PED",
        ages=(1, 12),
    ),
    Regimen(
        ("child",),
        "Pain, fever",
        (Dose("ibuprofen-20-mg-ml-oral-suspension", "", "up to 3x daily", "pain", "100", per_kg="0.4"),),
        3,
        "PED",
        ages=(1, 12),
    ),
    Regimen(
        ("healthy", "hypertension", "diabetes"),
        "Low back pain",
        (Dose("ibuprofen-400-mg-tablet", "1", "tds with meals"),),
        5,
        weight=9,
    ),
    Regimen(
        ("healthy", "hypertension"),
        "Osteoarthritis of the knee",
        (Dose("naproxen-500-mg-tablet", "1", "bd"), Dose("pantoprazole-20-mg-tablet", "1", "om")),
        14,
        "ORT",
    ),
    Regimen(("kidney",), "Knee pain", (Dose("ibuprofen-600-mg-tablet", "1", "tds"),), 7, "ORT"),
    Regimen(("kidney",), "Gout", (Dose("colchicine-0-5-mg-tablet", "1", "bd"),), 5),
    Regimen(ALL, "Pain", (PARACETAMOL,), 10, weight=5),
    Regimen(ALL, "Hay fever", (Dose("cetirizine-10-mg-tablet", "1", "on"),), 30),
    Regimen(ALL, "Tinea", (Dose("clotrimazole-10-mg-g-cream", "1", "bd", quantity="1"),), 14, "DER", 3),
    Regimen(ALL, "Eczema", (Dose("mometasone-1-mg-g-cream", "1", "od", quantity="1"),), 10, "DER", 3),
    Regimen(ALL, "Sinusitis", (Dose("amoxicillin-500-mg-capsule", "2", "tds"),), 7),
    Regimen(ALL, "Cellulitis", (Dose("cefalexin-500-mg-capsule", "2", "bd"),), 7, "DER", 2),
    Regimen(
        ("hypertension", "diabetes", "lungs"),
        "Bronchitis",
        (Dose("clarithromycin-500-mg-tablet", "1", "bd"),),
        7,
        weight=6,
    ),
    Regimen(ALL, "Cystitis", (Dose("fosfomycin-3-g-granules", "1", "once"),), 1, "GYN", 4, "female"),
    Regimen(ALL, "Cystitis", (Dose("trimethoprim-200-mg-tablet", "1", "bd"),), 3, "GYN", 3, "female"),
    Regimen(
        ("lungs",),
        "Exacerbation of COPD",
        (Dose("prednisolone-20-mg-tablet", "2", "om"), Dose("doxycycline-200-mg-tablet", "1", "om")),
        5,
        weight=6,
    ),
    Regimen(
        ("pneumonia",),
        "Pneumonia",
        (Dose("amoxicillin-clavulanic-acid-875-mg-125-mg-tablet", "1", "bd"), PARACETAMOL),
        7,
        weight=9,
    ),
    Regimen(("pregnant",), "Headache", (PARACETAMOL,), 5),
    Regimen(
        ("healthy", "hypertension", "diabetes"),
        "Depression",
        (Dose("citalopram-20-mg-tablet", "1", "om"),),
        56,
        weight=5,
    ),
    Regimen(
        ("hypertension", "diabetes", "kidney"),
        "Painful shoulder",
        (Dose("diclofenac-75-mg-tablet", "1", "bd with meals"),),
        7,
        "ORT",
        6,
        ages=(45, 120),
    ),
    Regimen(
        ("healthy", "hypertension"),
        "Sciatica",
        (Dose("tramadol-50-mg-capsule", "1", "up to 3x daily", "severe pain", "20"), PARACETAMOL),
        7,
        "ORT",
        3,
    ),
)

# Over which a second doctor has to look: nitrates with sildenafil.
GRAVE = Regimen(
    (*ALL, "pregnant"),
    "Angina; trial before the intervention",
    (
        Dose("isosorbide-mononitrate-40-mg-prolonged-release-tablet", "1", "om"),
        Dose("sildenafil-25-mg-tablet", "1", "up to od", "as discussed", "4"),
    ),
    28,
    "CAR",
)

FAVOURITES = (
    ("Amoxicillin, 7 days", Dose("amoxicillin-500-mg-capsule", "2", "tds"), 7),
    ("Blood pressure: ramipril 5", RAMIPRIL, HUNDRED_DAYS),
    ("Diabetes: metformin 1000", METFORMIN, HUNDRED_DAYS),
    ("Ibuprofen with meals", Dose("ibuprofen-400-mg-tablet", "1", "tds with meals"), 5),
    ("Paracetamol if needed", PARACETAMOL, 10),
    ("Pneumonia", Dose("amoxicillin-clavulanic-acid-875-mg-125-mg-tablet", "1", "bd"), 7),
)


def drawn(of: tuple[Regimen, ...], random: Random, *, story: str, sex: str, age: int) -> Regimen | None:
    """One that fits."""
    fitting = [one for one in of if one.fits(story, sex, age)]
    return random.choices(fitting, [one.weight for one in fitting])[0] if fitting else None
