"""A line of a prescription from what was typed: understood, its quantity computed, its text written."""

import re
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from prescriptions.dosage.forms import ANY, Kind, amount_in_words, unit_in
from prescriptions.dosage.frequency import Frequency, in_a_row, read_frequency
from prescriptions.dosage.line import Written
from prescriptions.dosage.numbers import NUMBER, days_in, number_in, with_parts
from prescriptions.dosage.prescribable import (
    HUNDREDTH,
    SAYS_ITSELF,
    TENTH,
    Prescribable,
    pieces_of,
    rounded,
    to_measure,
)
from prescriptions.dosage.saying import how

LONGEST_MEDICINE, LONGEST_NOTE, LONGEST_NEED = 240, 300, 100
MOST_DOSE, MOST_QUANTITY = Decimal(100_000_000), Decimal(100_000)

_DOSE = re.compile(rf"(?P<number>{NUMBER})\s*(?P<unit>[^\W\d_].*)?")
_SPAN = re.compile(rf"{NUMBER}\s*(?:-|–|to)\s*{NUMBER}.*")


def written(
    medicine: Prescribable | str,
    *,
    dose: Decimal | str | None = None,
    unit: str = "",
    route: str = "",
    frequency: str = "",
    days: int | str | None = None,
    as_needed: bool = False,
    as_needed_for: str = "",
    quantity: Decimal | str | None = None,
    quantity_unit: str = "",
    note: str = "",
) -> Written:
    """The line that is meant. Raises ValidationError by the names of these fields.

    What is left empty stays so, for a draft; `missing` says what a signature needs. The amounts of 2-0-1 are in
    `unit`: then `dose` is the largest of them, and `times_a_day` such that both together make the whole day.
    """
    typed = _Typed(Prescribable.named(medicine) if isinstance(medicine, str) else medicine)
    typed.read_frequency(frequency, as_needed=as_needed, as_needed_for=as_needed_for)
    typed.read_dose(dose, unit)
    typed.read_days(days)
    typed.read_quantity(quantity, quantity_unit)
    typed.read_texts(note=note, as_needed_for=as_needed_for)
    typed.stop_if_wrong()
    return typed.line(route or typed.of.route)


def missing(line: Written) -> tuple[str, ...]:
    """The fields without which nobody can sign a line. Instead of a dose a note may say how much."""
    wanted = {
        "medicine": bool(line.medicine),
        "dose": line.dose is not None or bool(line.note) or line.quantity_unit == "tube",
        "frequency": bool(line.frequency),
        "route": bool(line.route),
        "quantity": bool(line.quantity),
    }
    return tuple(name for name, there in wanted.items() if not there)


class _Typed:
    """What was typed of a line, field by field; what is wrong is kept, and said together."""

    def __init__(self, of: Prescribable) -> None:
        self.of = of
        self.wrong: dict[str, Any] = {}
        self.often = Frequency("", None, "")
        self.dose: Decimal | None = None
        self.unit = ""
        self.days: int | None = None
        self.quantity: Decimal | None = None
        self.quantity_unit = ""
        self.as_needed_for = self.note = ""

    def stop_if_wrong(self) -> None:
        if not self.of.name:
            self.wrong["medicine"] = _("Write what is prescribed.")
        if self.wrong:
            raise ValidationError(self.wrong)

    # ── Field by field ──────────────────────────────────────────────────────

    def read_frequency(self, text: str, *, as_needed: bool, as_needed_for: str) -> None:
        needed = as_needed or bool(as_needed_for.strip())
        if not text.strip():
            self.often = read_frequency("prn") if needed else self.often
            return
        try:
            self.often = read_frequency(text)
            if needed and not self.often.as_needed:
                self.often = read_frequency(f"{self.often.code} prn")
        except ValueError as error:
            self.wrong["frequency"] = str(error)

    def read_dose(self, dose: Decimal | str | None, unit: str) -> None:
        amounts = self.often.amounts
        number, named = self._number_and_unit(dose)
        self.unit = named or self._unit(unit)
        if "dose" in self.wrong or "unit" in self.wrong:
            return
        if number is None and amounts:
            number = max(amounts)
        elif number is not None and set(amounts) - {Decimal(0), Decimal(1)}:
            if number not in {Decimal(1), max(amounts)}:
                self.wrong["dose"] = _(
                    "%(code)s says already how much is taken: leave the dose empty, or write 1-0-1."
                ) % {"code": self.often.code}
            number = max(amounts)
        self.dose = number
        if number is not None and not self.unit:
            self.unit = self.of.counted.unit if self.of.counted else ""
        if number is not None and not self.unit and self.of.name:
            self.wrong["unit"] = _("Write the unit: tablet, mg, ml.")
        if not self.wrong:
            self._check_parts()

    def _number_and_unit(self, dose: Decimal | str | None) -> tuple[Decimal | None, str]:
        if dose is None or isinstance(dose, Decimal):
            return self._checked(dose), ""
        text = with_parts(dose)
        if not text:
            return None, ""
        match = _DOSE.fullmatch(text)
        number = number_in(match["number"]) if match else None
        if match is None or number is None:
            self.wrong["dose"] = (
                _("Write one number: of several the largest.")
                if _SPAN.fullmatch(text)
                else _("Write a number, such as 1, ½ or 500.")
            )
            return None, ""
        named = self._unit(match["unit"] or "")
        return self._checked(number), named

    def _checked(self, number: Decimal | None) -> Decimal | None:
        if number is not None and not (number.is_finite() and 0 < number <= MOST_DOSE):
            self.wrong["dose"] = _("Write a dose above 0.")
            return None
        return number

    def _unit(self, text: str) -> str:
        found = unit_in(text)
        if text.strip() and not found:
            self.wrong["unit"] = _("The unit “%(unit)s” is not known. Write for example %(units)s.") % {
                "unit": " ".join(text.split())[:40],
                "units": ", ".join(self.of.units[:4]),
            }
        return found

    def _check_parts(self) -> None:
        """Nobody can take a fifth of a tablet."""
        form = self.of.counted
        for dose in self._doses():
            pieces = pieces_of(dose, self.unit, self.of)
            if form is None or form.step == ANY or pieces is None:
                continue
            if Fraction(pieces) % Fraction(form.step):
                typed, counted = (
                    amount_in_words(dose, self.unit),
                    amount_in_words(rounded(pieces, HUNDREDTH), form.unit),
                )
                said = typed if self.unit == form.unit else f"{typed} = {counted}"
                self.wrong["dose"] = _("%(dose)s: it cannot be divided so.") % {"dose": said}

    def read_days(self, days: int | str | None) -> None:
        try:
            self.days = days_in(days)
        except ValueError as error:
            self.wrong["days"] = str(error)
        if self.often.is_once:
            if self.days not in {None, 1}:
                self.wrong["days"] = _("Once is not for several days. Leave this empty.")
            self.days = 1

    def read_quantity(self, quantity: Decimal | str | None, unit: str) -> None:
        form = self.of.counted
        self.quantity_unit = self._unit_of_quantity(unit) or (form.counted if form else self._own_unit())
        text = with_parts(str(quantity)) if quantity is not None else ""
        if not text:
            self.quantity = None if self.wrong else self._computed()
            return
        number = number_in(text)
        if number is None or not 0 < number <= MOST_QUANTITY:
            self.wrong["quantity"] = _("Write how much is given out, such as 20.")
        elif number != number.quantize(HUNDREDTH):
            self.wrong["quantity"] = _("At most two digits behind the point.")
        else:
            self.quantity = number

    def _unit_of_quantity(self, text: str) -> str:
        found = unit_in(text)
        if text.strip() and not found:
            self.wrong["quantity_unit"] = _("This unit is not known.")
        return found

    def _own_unit(self) -> str:
        return self.unit if self.unit in SAYS_ITSELF else ""

    def read_texts(self, *, note: str, as_needed_for: str) -> None:
        self.note, self.as_needed_for = " ".join(note.split()), " ".join(as_needed_for.split())
        for name, text, longest in (
            ("medicine", self.of.name, LONGEST_MEDICINE),
            ("note", self.note, LONGEST_NOTE),
            ("as_needed_for", self.as_needed_for, LONGEST_NEED),
        ):
            if len(text) > longest:
                self.wrong[name] = _("At most %(n)s signs.") % {"n": longest}

    # ── What follows ────────────────────────────────────────────────────────

    def _doses(self) -> list[Decimal]:
        """How much is taken each time of a day, of a scheme; once otherwise."""
        if self.dose is None:
            return []
        unequal = set(self.often.amounts) - {Decimal(0), Decimal(1)}
        each = [amount if unequal else self.dose for amount, _time in self.often.slots]
        return each or [self.dose]

    def _computed(self) -> Decimal | None:
        """What is needed for all days, rounded up; None where nobody can say."""
        form = self.of.counted
        if form is not None and form.kind is Kind.CONTAINER:
            return Decimal(1)
        if self.often.times is None or self.often.as_needed or self.days is None or not self._doses():
            return None
        each = [pieces_of(dose, self.unit, self.of) for dose in self._doses()]
        counted = self.quantity_unit and self.quantity_unit == (form.counted if form else self._own_unit())
        if not counted or any(one is None for one in each):
            return None
        in_order = [Fraction(one) for one in each if one is not None]
        if form is not None and form.kind is Kind.VIALS:
            in_order = [Fraction(ceil(one)) for one in in_order]
        if self.often.amounts:
            needed = sum(in_order, Fraction(0)) * self.days
        else:
            needed = in_order[0] * ceil(self.often.times * self.days)
        step = TENTH if self.quantity_unit == "ml" else Decimal(1)
        found = rounded(ceil(needed / Fraction(step)) * step, step)
        return found if 0 < found <= MOST_QUANTITY else None

    def line(self, route: str) -> Written:
        dose, times = self.dose, self.often.times_a_day
        if dose is not None and len(set(self._doses())) > 1:
            whole_day = Frequency("", Fraction(sum(self._doses())) / Fraction(dose), "")
            times = whole_day.times_a_day
        return Written(
            medicine=self.of.name,
            product=self.of.product,
            dose=dose,
            unit=self.unit if dose is not None else "",
            route=route,
            frequency=self.often.code,
            times_a_day=times,
            as_needed=self.often.as_needed,
            as_needed_for=self.as_needed_for,
            days=self.days,
            quantity=self.quantity,
            quantity_unit=self.quantity_unit,
            text=self._text(route, times),
            note=self.note,
        )

    def _text(self, route: str, times: Decimal | None) -> str:
        """For the patient: Take 2 tablets (1000 mg) by mouth twice a day for 7 days, if needed for pain."""
        if self.dose is None and not self.often.code:
            return ""
        doses = self._doses()
        if len(set(doses)) > 1:
            each = [
                _("%(dose)s %(time)s") % {"dose": self._dose_in_words(dose), "time": time}
                for dose, (_amount, time) in zip(doses, self.often.slots, strict=True)
            ]
            begun = f"{how(route, '')}: {in_a_row(each)}"
        else:
            words = self._dose_in_words(doses[0]) if doses else ""
            when = "" if self.often.code == "prn" else self.often.words
            begun = f"{how(route, words)} {when}".strip()
        if self.days is not None and not self.often.is_once:
            begun += " " + ngettext("for %(n)s day", "for %(n)s days", self.days) % {"n": self.days}
        return begun.strip() + self._need(times) + "."

    def _need(self, times: Decimal | None) -> str:
        if not self.often.as_needed:
            return ""
        need = _(", if needed")
        if self.as_needed_for:
            need = _(", if needed for %(what)s") % {"what": self.as_needed_for}
        if self.dose is None or times is None or times < 1:
            return need
        most = amount_in_words(rounded(self.dose * times, HUNDREDTH), self.unit)
        return need + _(" (at most %(amount)s in a day)") % {"amount": most}

    def _dose_in_words(self, dose: Decimal) -> str:
        """In what is counted, and in what was typed."""
        form, typed = self.of.counted, amount_in_words(dose, self.unit)
        if self.unit == "application":
            return ""
        if form is None or form.kind in {Kind.VIALS, Kind.CONTAINER} or self.unit == form.unit:
            return typed
        pieces = to_measure(pieces_of(dose, self.unit, self.of), form)
        if pieces is None or self.unit == "IU" or form.unit == "piece":
            return typed
        return f"{amount_in_words(pieces, form.unit)} ({typed})"
