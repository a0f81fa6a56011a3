"""The shape of one line of a prescription, as it is typed: medicine, dose, how often, how long."""

import re
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prescriptions.dosage import Written, missing, plain, written
from prescriptions.models import Product, Route

TOKEN = re.compile(r"[0-9a-z]{1,12}")
TYPED = ("dose", "unit", "route", "frequency", "days", "quantity", "as_needed", "as_needed_for", "note")
NOT_BLANK = ("medicine", "dose", "frequency", "quantity", "as_needed_for", "note")


def _text(label: Any, length: int, **attrs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"} | attrs)
    return forms.CharField(label=label, max_length=length, required=False, widget=widget)


class LineForm(forms.Form):
    """One medicine, and how it is taken. Its names begin with `line-<token>-`.

    `product` is what was chosen while typing, `choice` what was chosen of several that may be meant. What is typed
    is understood by `dosage.written`, with the product that `found` says.
    """

    medicine = _text(gettext_lazy("Medicine"), 240)
    product = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    choice = forms.CharField(required=False, max_length=300)
    dose = _text(gettext_lazy("Dose"), 20)
    unit = _text(gettext_lazy("Unit"), 30, list="units")
    route = forms.ChoiceField(
        label=gettext_lazy("Route"),
        choices=[("", "–"), *((value, label) for value, label in Route.choices)],
        required=False,
    )
    frequency = _text(gettext_lazy("How often"), 80, placeholder="1-0-1, bd, q8h")
    days = _text(gettext_lazy("How long"), 30, placeholder=gettext_lazy("no end"))
    quantity = _text(gettext_lazy("Quantity"), 20)
    as_needed = forms.BooleanField(label=gettext_lazy("As needed"), required=False)
    as_needed_for = _text(gettext_lazy("Needed for"), 100)
    note = _text(gettext_lazy("Note"), 300)
    removed = forms.CharField(required=False, max_length=1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, token: str, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, prefix=f"line-{token}", label_suffix="", initial=initial)
        self.token = token
        self.found: Product | None = None
        self.may_be: list[Product] = []  # what may be meant, where it is not plain
        self.line: Written | None = None  # what was understood
        self.wants_focus = False

    @classmethod
    def of(cls, line: Written) -> "LineForm":
        """What stands in a draft."""
        form = cls(token=new_token(), initial=as_typed_once(line))
        form.line = line
        return form

    @classmethod
    def typed(cls, data: Any, token: str) -> "LineForm":
        """What was typed so far, of which nobody says yet that it is wrong."""
        names = cls.base_fields
        return cls(token=token, initial={name: data.get(f"line-{token}-{name}", "") for name in names})

    def judged(self) -> "LineForm":
        """The same as if it had been sent."""
        if self.is_bound:
            return self
        sent = {self.add_prefix(name): value for name, value in self.initial.items()}
        form = LineForm(sent, token=self.token)
        form.found = self.found
        return form

    def settled(self) -> "LineForm":
        """What was chosen of several stands in the field, where somebody goes on typing."""
        if self.found is None or self.is_bound or not self.typed_in("choice"):
            return self
        return self._with(medicine=self.found.name, product=str(self.found.pk), choice="")

    def without_computed(self) -> "LineForm":
        """The quantity is left empty where it is the one that follows: it goes on following."""
        without = self._with(quantity="")
        judged = without.judged()
        if not judged.is_valid() or judged.line is None:
            return self
        return without if plain(judged.line.quantity) == self.initial.get("quantity") else self

    def _with(self, **changes: str) -> "LineForm":
        form = LineForm(token=self.token, initial={**self.initial, **changes})
        form.found, form.line, form.wants_focus = self.found, self.line, self.wants_focus
        return form

    def typed_in(self, name: str) -> str:
        return str(self[name].value() or "").strip()

    @property
    def title(self) -> str:
        return self.typed_in("medicine")

    @property
    def is_removed(self) -> bool:
        return bool(self.typed_in("removed"))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed; what came with the form does not count."""
        return not any(map(self.typed_in, NOT_BLANK))

    @property
    def is_as_typed(self) -> bool:
        """Whether it was said that this is not in the catalogue."""
        return bool(self.title) and self.typed_in("choice") == self.as_typed

    @property
    def hint(self) -> str:
        """What is not understood of what was typed, for somebody who goes on typing."""
        named = ("frequency", "dose", "unit", "days", "quantity")
        return next((str(self.errors[name][0]) for name in named if name in self.errors), "")

    @property
    def lacks(self) -> list[str]:
        """What a signature needs, and is not there yet."""
        return [str(self.fields[name].label).lower() for name in missing(self.line)] if self.line else []

    @property
    def as_typed(self) -> str:
        """The choice that says that what is typed, and nothing of the catalogue, is meant."""
        return as_typed(self.title)

    def clean_medicine(self) -> str:
        text: str = self.cleaned_data["medicine"]
        if not text:
            raise ValidationError(_("Name the medicine, or remove this line."))
        return text

    def clean(self) -> dict[str, Any]:
        """What is wrong with the dose, or with how often, stands at its field."""
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("medicine"):
            of = self.found.prescribable if self.found else typed["medicine"]
            try:
                self.line = written(of, **{name: typed.get(name, "") for name in TYPED})
            except ValidationError as error:
                self._say_where(error)
        return typed

    def _say_where(self, error: ValidationError) -> None:
        for name, errors in error.error_dict.items():
            at = {"quantity_unit": "quantity"}.get(name, name)
            self.add_error(at if at in self.fields and at != NON_FIELD_ERRORS else None, errors)

    def so_far(self) -> Written:
        """What is known of it already, for the check while it is written."""
        of = self.found.prescribable if self.found else self.title
        for names in (("dose", "unit", "frequency"), ("dose", "unit"), ()):
            typed: Any = {name: self.typed_in(name) for name in names}
            try:
                return self.line or written(of, **typed)
            except ValidationError:
                continue
        return Written(medicine=self.title)


def as_typed_once(line: Written) -> dict[str, Any]:
    """A line as somebody would type it."""
    facts = {name: value for name, value in line.as_json().items() if value}
    if not line.product:
        facts["choice"] = as_typed(line.medicine)
    return facts


def again(line: Written) -> dict[str, Any]:
    """A line as it is taken over: a quantity that follows from the rest is left to follow."""
    facts = as_typed_once(line)
    if line.days and line.times_a_day and not line.as_needed:
        facts.pop("quantity", None)
    return facts


def as_typed(title: str) -> str:
    return f"as typed: {title}"


def new_token() -> str:
    return uuid4().hex[:8]
