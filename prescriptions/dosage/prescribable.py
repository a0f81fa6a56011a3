"""What a line of a prescription can be about, and how many tablets or millilitres of it a dose is."""

from dataclasses import dataclass
from decimal import Decimal

from prescriptions.dosage.forms import ANY, MASSES, Form, form_in, form_of, units_for
from prescriptions.safety.strengths import IN_MILLIGRAMS, Strength, taken_out

TENTH, HUNDREDTH = Decimal("0.1"), Decimal("0.01")
SAYS_ITSELF = frozenset({"tablet", "capsule", "ml", "sachet", "suppository", "patch"})  # counted in any form


@dataclass(frozen=True, slots=True)
class Prescribable:
    """What a line is about: a product of the catalogue (its id), or something by its name only."""

    name: str
    product: str = ""
    strengths: tuple[Strength | None, ...] = ()
    form: str = ""
    route: str = ""

    @classmethod
    def named(cls, name: str) -> "Prescribable":
        """What is not in the catalogue: strength and form as far as its name says them."""
        name = " ".join(name.split())
        form = form_in(name)
        strengths = taken_out(name.casefold())[1]
        found = form_of(form, strengths)
        return cls(name, strengths=strengths, form=form, route=found.route if found else "")

    @property
    def counted(self) -> Form | None:
        return form_of(self.form, self.strengths)

    @property
    def units(self) -> tuple[str, ...]:
        return units_for(self.form, self.strengths)


def pieces_of(dose: Decimal, unit: str, of: Prescribable) -> Decimal | None:
    """How many tablets, or ml, a dose is; None where that is not plain."""
    form = of.counted
    if form is None:
        return dose if unit in SAYS_ITSELF else None
    if unit == form.unit:
        return dose
    per = "ml" if form.unit == "ml" else ""
    strengths = [one for one in of.strengths if one is not None and one.per == per]
    if not strengths or len(strengths) < len(of.strengths):
        return None
    if unit == "IU":
        return dose / strengths[0].amount if len(strengths) == 1 and strengths[0].unit == "IU" else None
    if unit not in MASSES or any(one.milligrams is None for one in strengths):
        return None
    return _of_milligrams(dose * IN_MILLIGRAMS[unit], [one.milligrams or ANY for one in strengths], per)


def _of_milligrams(milligrams: Decimal, parts: list[Decimal], per: str) -> Decimal | None:
    """A dose of a combination is that of its first part, or of all of them, whichever makes whole pieces."""
    if not all(parts):
        return None
    if len(parts) == 1 or per:
        return milligrams / parts[0]
    for whole in (sum(parts, Decimal(0)), parts[0]):
        if (milligrams / whole * 2) % 1 == 0:
            return milligrams / whole
    return None


def to_measure(pieces: Decimal | None, form: Form) -> Decimal | None:
    """An amount as it can be measured out; None for one that would have to be rounded and must not be."""
    if pieces is None or form.unit != "ml":
        return pieces
    if pieces == pieces.quantize(HUNDREDTH):
        return pieces
    return pieces.quantize(TENTH) if pieces >= 1 and form.route == "oral" else None


def rounded(number: Decimal, step: Decimal) -> Decimal:
    return number if step == ANY else number.quantize(step).normalize() + 0
