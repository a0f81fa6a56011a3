"""Many signed lines and warnings at random, without an actor; and the same figures once more, in plain Python."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from accounts.models import User
from doctors.models import Doctor
from doctors.tests.make import make_department, make_doctor
from patients.models import Patient
from patients.tests.make import make_patient
from prescriptions.figures import Asked, Figures, Seeing, figures_of
from prescriptions.models import Prescription, PrescriptionLine, Product, Substance, Warned
from prescriptions.safety.substances import substances
from prescriptions.tests.make import make_product

PRODUCTS = (
    ("Ibuprofen 400 mg tablet", "oral"),
    ("Amoxicillin 500 mg capsule", "oral"),
    ("Amoxicillin/clavulanic acid 875 mg/125 mg tablet", "oral"),
    ("Chloramphenicol 10 mg/ml eye drops", "ocular"),
    ("Hydrocortisone 10 mg/g cream", "cutaneous"),
    ("Metformin 500 mg tablet", "oral"),
    ("Trimethoprim/sulfamethoxazole 160 mg/800 mg tablet", "oral"),
)
RULES = (
    ("maoi-ssri", "interactions", "contraindicated"),
    ("dose-paracetamol-from-12", "dose", "serious"),
    ("age-codeine-under-12", "age", "contraindicated"),
    ("of-another-version", "kidneys", "caution"),
)
FIRST, LAST = date(2026, 3, 2), date(2026, 5, 30)  # ninety days
EVERYTHING = Seeing(has_names=True, own=None, sees_all=True)
OUTCOMES = tuple(Warned.Outcome)
REASONS = tuple(Warned.Because)


def make_products() -> list[Product]:
    known = {one.name: one for one in Product.objects.all()}
    made = [known.get(name) or make_product(name, route=route) for name, route in PRODUCTS]
    for one in Substance.objects.all():
        one.change(classes="|".join(sorted(substances()[one.key].classes)))
    return made


class Maker:
    """Signs at random: few of some things, so that small groups are among them."""

    def __init__(self, random: Random, patients: Sequence[Patient], doctors: Sequence[Doctor]) -> None:
        self.random, self.patients, self.doctors = random, patients, doctors
        self.products = make_products()

    def sign(self, number: int, *, since: date, days: int) -> None:
        """So many prescriptions on the days from `since` on."""
        made = [self._prescription(since, days) for _ in range(number)]
        Prescription.objects.bulk_create(one for one, _lines, _warnings in made)
        PrescriptionLine.objects.bulk_create(line for _one, lines, _warnings in made for line in lines)
        Warned.objects.bulk_create(one for _one, _lines, warnings in made for one in warnings)

    def _prescription(
        self, since: date, days: int
    ) -> tuple[Prescription, list[PrescriptionLine], list[Warned]]:
        random = self.random
        doctor, patient = random.choice(self.doctors), random.choice(self.patients)
        department_id = (
            random.choice(self.doctors).department_id if random.random() < 0.1 else doctor.department_id
        )
        on = since + timedelta(days=random.randrange(days))
        who: dict[str, Any] = {"doctor": doctor, "department_id": department_id}
        prescription = Prescription(
            patient=patient,
            recorded_by=self.doctors[0].user,
            status="signed",
            signed_by=self.doctors[0].user,
            signed_at=datetime(on.year, on.month, on.day, 12, tzinfo=UTC),
            **who,
        )
        lines = [
            _line(prescription, position, self._product(), on)
            for position in range(1, random.choice((1, 1, 2, 3)) + 1)
        ]
        warnings = [
            self._warned(prescription, number, on, who) for number in range(random.choice((0, 0, 1, 2)))
        ]
        return prescription, lines, warnings

    def _product(self) -> Product | None:
        return self.random.choices([*self.products, None], weights=[30, 12, 8, 3, 2, 20, 1, 4])[0]

    def _warned(self, prescription: Prescription, number: int, on: date, who: dict[str, Any]) -> Warned:
        rule, check, severity = self.random.choices(RULES, weights=[10, 10, 1, 5])[0]
        outcome = self.random.choice(OUTCOMES)
        return Warned(
            prescription=prescription,
            key=f"{number}",
            rule=rule,
            check_name=check,
            severity=severity,
            outcome=outcome,
            because=self.random.choice(REASONS) if outcome == Warned.Outcome.OVERRIDDEN else "",
            decided_on=None if outcome == Warned.Outcome.OPEN else on,
            **who,
        )


def _line(prescription: Prescription, position: int, product: Product | None, on: date) -> PrescriptionLine:
    name = product.name if product else "Herbal tea"
    return PrescriptionLine(
        prescription=prescription,
        patient_id=prescription.patient_id,
        doctor_id=prescription.doctor_id,
        department_id=prescription.department_id,
        position=position,
        product=product,
        medicine=name,
        substances=product.composition if product else "",
        facts={"medicine": name},
        quantity=Decimal(14),
        signed_on=on,
        taken_until=on,
    )


# ── The same in plain Python, row by row ────────────────────────────────────


class Plain:
    """All rows of a period, read one by one."""

    def __init__(
        self,
        since: date,
        until: date,
        *,
        doctor_id: UUID | None = None,
        department_id: UUID | None = None,
        least: int = 5,
    ) -> None:
        def wanted(one: Any, day: date | None) -> bool:
            return (
                day is not None
                and since <= day <= until
                and doctor_id in {None, one.doctor_id}
                and department_id in {None, one.department_id}
            )

        self.least = least
        self.routes = {one.pk: one.route for one in Product.objects.all()}
        self.substances = {one.key: one for one in Substance.objects.all()}
        self.lines = [one for one in PrescriptionLine.objects.all() if wanted(one, one.signed_on)]
        self.warned = [one for one in Warned.objects.all() if wanted(one, one.decided_on)]

    def patients(self, lines: Iterable[Any] | None = None) -> int:
        return len({one.patient_id for one in (self.lines if lines is None else lines)})

    def prescriptions(self, lines: Iterable[Any] | None = None) -> int:
        return len({one.prescription_id for one in (self.lines if lines is None else lines)})

    def keys(self, line: Any) -> list[str]:
        return [key for key in line.substances.split("|") if key]

    def is_antibiotic(self, line: Any) -> bool:
        route = self.routes.get(line.product_id)
        codes = "|".join(self.substances[key].atc for key in self.keys(line)).split("|")
        local = {"ocular", "auricular", "cutaneous", "vaginal", "nasal", "oromucosal", "infiltration"}
        return route not in local and any(code[:3] == "J01" for code in codes)

    def antibiotics(self, lines: Iterable[Any] | None = None) -> int:
        return sum(self.is_antibiotic(one) for one in (self.lines if lines is None else lines))

    def codes(self, line: Any) -> set[str]:
        """Of hydrocortisone on the skin that of the skin; of everything else the first."""
        found = set()
        for key in self.keys(line):
            if not (codes := [code for code in self.substances[key].atc.split("|") if code]):
                continue
            on_skin = [code for code in codes if code[0] == "D"]
            is_for_skin = self.routes.get(line.product_id) == "cutaneous"
            found.add(on_skin[0] if is_for_skin and on_skin else codes[0])
        return found

    def main_groups(self, line: Any) -> list[str]:
        return [code[0] for code in self.codes(line)]

    def subgroups(self, line: Any) -> list[str]:
        return [code[:4] for code in self.codes(line)]

    def classes(self, line: Any) -> list[str]:
        found = "|".join(self.substances[key].classes for key in self.keys(line))
        return [key for key in found.split("|") if key]

    def counted(self, keys_of: Callable[[Any], Iterable[str]]) -> dict[str, int]:
        """Lines by key, without those that too few patients had."""
        groups = defaultdict(list)
        for line in self.lines:
            for key in set(keys_of(line)) or {""}:
                groups[key].append(line)
        return {key: len(lines) for key, lines in groups.items() if self.patients(lines) >= self.least}

    def by(self, column: str) -> dict[UUID, list[Any]]:
        groups = defaultdict(list)
        for line in self.lines:
            groups[getattr(line, column)].append(line)
        return groups

    def outcomes(self, column: str) -> dict[Any, Counter[str]]:
        groups: dict[Any, Counter[str]] = defaultdict(Counter)
        for one in self.warned:
            groups[getattr(one, column)][one.outcome] += 1
        return groups


def make_three(dora: User, dov: User) -> list[Doctor]:
    """Two of one department and one of another."""
    surgery = make_department()
    return [
        make_doctor(user=dora, family_name="Dietz"),
        make_doctor(user=dov, family_name="Dayan"),
        make_doctor(user=None, family_name="Third", department=surgery),
    ]


def fill(doctors: list[Doctor], seed: int, number: int = 120) -> None:
    """As many prescriptions in the period and before as chance wants, and some after it."""
    random = Random(seed)
    patients = [
        make_patient(family_name=f"Nwosu {index}", birth_date=f"19{50 + index}-02-03") for index in range(14)
    ]
    maker = Maker(random, patients, doctors)
    print(f"seed {seed}, {number} prescriptions in 90 days")
    maker.sign(number, since=FIRST, days=90)
    maker.sign(number // 2, since=FIRST - timedelta(days=90), days=90)
    maker.sign(5, since=LAST + timedelta(days=1), days=30)


def figures(seeing: Seeing = EVERYTHING, **of: Any) -> Figures:
    return figures_of(Asked(FIRST, LAST, **of), seeing)
