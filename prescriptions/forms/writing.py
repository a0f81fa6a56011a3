"""Shapes of what a doctor types into a prescription: the whole, and all its lines."""

import re
from collections.abc import Iterable, Iterator
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.forms.entries import RetractForm, VersionForm, column
from prescriptions.dosage import Written
from prescriptions.forms.lines import TOKEN, LineForm, new_token
from prescriptions.models import Prescription, Product
from prescriptions.models.catalogue import in_order
from prescriptions.models.prescribing import MOST_LINES

MOST_CHOICES = 12
NUMBERS = re.compile(r"\S*\d\S*")
MOST_SENT = 3 * MOST_LINES  # with those that were removed


class PrescriptionForm(forms.Form):
    """What is said of the whole, and the version that its writer saw; `over` is one that he or she writes over."""

    indication = column(
        Prescription,
        "indication",
        help_text=gettext_lazy("Printed on the prescription, and seen by the pharmacy"),
    )
    note = column(Prescription, "note", widget=forms.Textarea(attrs={"rows": 2, "class": "grows"}))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)
    over = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    @classmethod
    def of(cls, prescription: Prescription | None) -> "PrescriptionForm":
        if prescription is None:
            return cls()
        names = ("indication", "note", "version")
        return cls(initial={name: getattr(prescription, name) for name in names})

    @classmethod
    def typed(cls, data: QueryDict) -> "PrescriptionForm":
        return cls(initial={name: data.get(name, "") for name in cls.base_fields})

    @property
    def seen_version(self) -> int | None:
        seen: int | None = self.cleaned_data["over"] or self.cleaned_data["version"]
        return seen


class Lines:
    """The lines of one prescription in their order, each known by a token that the page gave it."""

    def __init__(self, lines: Iterable[LineForm]) -> None:
        self.forms = list(lines)

    def __iter__(self) -> Iterator[LineForm]:
        return iter(self.forms)

    @classmethod
    def of(cls, lines: Iterable[Written]) -> "Lines":
        """As it stands in a draft; a quantity only where it is not the one that follows from the rest."""
        made = cls(LineForm.of(line) for line in lines)
        made.find_products()
        made.forms = [one.without_computed() for one in made]
        return made

    @classmethod
    def sent(cls, data: QueryDict) -> "Lines":
        """To be judged: `is_valid` says whether it can be written so."""
        return cls(LineForm(data, token=token) for token in _tokens(data))

    @classmethod
    def typed(cls, data: QueryDict) -> "Lines":
        """To be gone on with: nothing is said to be wrong yet."""
        return cls(LineForm.typed(data, token) for token in _tokens(data))

    def with_room(self) -> "Lines":
        """With an empty line where there is none to write into."""
        if all(one.is_removed for one in self.forms):
            self.forms.append(LineForm(token=new_token()))
        return self

    def with_token(self, token: str) -> LineForm | None:
        return next((one for one in self.forms if one.token == token), None)

    @property
    def filled(self) -> list[LineForm]:
        return [one for one in self.forms if not one.is_removed and not one.is_blank]

    @property
    def has_errors(self) -> bool:
        return any(one.is_bound and one.errors for one in self.filled)

    def is_valid(self) -> bool:
        """Whether each line can be written; which products are meant is looked up on the way."""
        self.find_products()
        right = [one.is_valid() for one in self.filled]
        for one in self.filled:
            _ask_which(one)
        return all(right) and not any(one.errors for one in self.filled)

    def find_products(self) -> None:
        """What of the catalogue is meant, where that is plain: with two queries for all lines."""
        chosen = {
            pk for one in self.filled for name in ("choice", "product") if (pk := _uuid(one.typed_in(name)))
        }
        known = {one.pk: one for one in Product.objects.filter(pk__in=chosen)} if chosen else {}
        for one in self.filled:
            one.found = _chosen(one, known)
        unknown = {in_order(one.title) for one in self.filled if one.title and one.found is None}
        named = (
            {one.name_key: one for one in Product.objects.offered().filter(name_key__in=unknown)}
            if unknown
            else {}
        )
        for one in self.filled:
            if one.found is None and not one.is_as_typed:
                one.found = named.get(in_order(one.title))
        self.forms = [one.settled() for one in self.forms]

    def written(self) -> list[Written]:
        """After `is_valid()`."""
        return [one.line for one in self.filled if one.line]


def may_be_meant(text: str, most: int) -> list[Product]:
    """What of the catalogue may be meant, looked for once more without its numbers where nothing is found."""
    offered = Product.objects.offered()
    return offered.ranked(text, most) or offered.ranked(NUMBERS.sub(" ", text), most)


def _tokens(data: QueryDict) -> list[str]:
    sent = dict.fromkeys(token for token in data.getlist("line") if TOKEN.fullmatch(token))
    return list(sent)[:MOST_SENT]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _chosen(line: LineForm, known: dict[UUID, Product]) -> Product | None:
    """What was chosen of several; or what was chosen while typing, unless the text was changed since."""
    chosen = _uuid(line.typed_in("choice"))
    if chosen in known:
        return known[chosen]
    product = known.get(_uuid(line.typed_in("product")) or UUID(int=0))
    return product if product and product.name.casefold() == line.title.casefold() else None


def _ask_which(line: LineForm) -> None:
    """Where something of the catalogue may be meant, the writer says what: nothing is taken silently."""
    if line.found or line.is_as_typed or not line.title:
        return
    line.may_be = may_be_meant(line.title, MOST_CHOICES)
    if line.may_be:
        line.add_error("medicine", _("Choose which one is meant."))


class DiscardForm(RetractForm):
    """Why a draft is put aside."""


class RestoreForm(VersionForm):
    """Which version of a discarded draft was seen before it is taken back."""
