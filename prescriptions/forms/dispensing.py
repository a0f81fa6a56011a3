"""Shapes of what a pharmacist types while dispensing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hospital.models import LENGTH_OF_CODE, SIGNS
from prescriptions.dosage import plain
from prescriptions.models import PrescriptionLine, Product
from prescriptions.services import Item

LONGEST_QUESTION = 200
_CODE = re.compile(r"(?<![0-9A-Za-z])(?:[0-9A-Za-z]{4}[- ]?){2}[0-9A-Za-z]{4}(?![0-9A-Za-z])")
_MEANT = str.maketrans("OIL", "011")


def codes_in(text: str) -> list[str]:
    """The codes that may stand in what was typed or scanned: the code itself, or an address that ends with it."""
    found = [re.sub("[- ]", "", one).upper().translate(_MEANT) for one in _CODE.findall(text)]
    return [one for one in found if len(one) == LENGTH_OF_CODE and set(one) <= set(SIGNS)]


@dataclass(frozen=True)
class Choice:
    """A product that may be handed out for a line, and how much of it is there."""

    product: Product
    there: Decimal

    @property
    def label(self) -> str:
        return str(_("%(product)s, %(n)s in stock")) % {"product": self.product, "n": plain(self.there)}


@dataclass(frozen=True)
class Row:
    """A line of a prescription at the counter, with what can be handed out for it; the prescribed product first."""

    line: PrescriptionLine
    choices: Sequence[Choice] = ()

    def name(self, field: str) -> str:
        return f"lines.{self.line.position}.{field}"

    @property
    def usual(self) -> Choice | None:
        """What is handed out unless somebody chooses: the prescribed product, or that of which most is there."""
        if not self.choices:
            return None
        first = self.choices[0]
        is_enough = first.there >= self.line.to_dispense or first.there >= max(
            one.there for one in self.choices
        )
        return first if is_enough else max(self.choices, key=lambda one: one.there)

    @property
    def suggested(self) -> Decimal:
        """What is left of the line, as far as it is in stock."""
        left = self.line.to_dispense
        return min(left, self.usual.there) if self.usual else left

    @property
    def is_missing(self) -> bool:
        """Whether nothing of it is there, though it is kept in stock."""
        return self.line.product_id is not None and not self.suggested


class DispenseForm(forms.Form):
    """For each line that is not finished: how much, of which product, of which batch."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, rows: Sequence[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = [row for row in rows if row.line.to_dispense]
        for row in self.rows:
            self._ask_about(row)

    def _ask_about(self, row: Row) -> None:
        medicine = {"medicine": row.line.medicine}
        self.fields[row.name("quantity")] = forms.DecimalField(
            label=_("Quantity of %(medicine)s") % medicine,
            required=False,
            min_value=0,
            max_digits=9,
            decimal_places=2,
            initial=plain(row.suggested) if row.suggested else None,
            widget=forms.NumberInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        )
        if len(row.choices) > 1:
            self.fields[row.name("product")] = forms.ChoiceField(
                label=_("Product for %(medicine)s") % medicine,
                choices=[(str(one.product.pk), one.label) for one in row.choices],
                initial=str(row.usual.product.pk) if row.usual else None,
            )
            self.fields[row.name("because")] = forms.CharField(
                label=_("Why another product"), required=False, max_length=300
            )
        if row.choices:
            self.fields[row.name("batch")] = forms.CharField(
                label=_("Batch"),
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            )

    def items(self) -> list[Item]:
        """What is to be handed out; a line without a quantity is left for another time."""
        return [self._item(row) for row in self.rows if self.cleaned_data[row.name("quantity")]]

    def _item(self, row: Row) -> Item:
        typed = {
            name: self.cleaned_data.get(row.name(name)) or "" for name in ("product", "because", "batch")
        }
        chosen = [one.product for one in row.choices if str(one.product.pk) == typed["product"]]
        return Item(
            row.line.pk,
            self.cleaned_data[row.name("quantity")],
            product=chosen[0] if chosen else None,
            because=typed["because"],
            batch=typed["batch"],
        )

    def of(self, row: Row) -> dict[str, Any]:
        """The fields about a line, for the template."""
        names = ("quantity", "product", "because", "batch")
        return {name: self[row.name(name)] for name in names if row.name(name) in self.fields}


class ReturnForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Such as: wrong box, wrong patient, not collected")
    )
