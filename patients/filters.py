"""How lists of patients are narrowed, for the page and for the API."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from patients.models import (
    Document,
    DocumentQuerySet,
    LabResult,
    LabTest,
    Patient,
    PatientQuerySet,
    SearchKey,
    SuspectedPair,
    Vitals,
)
from patients.searching import LONGEST_QUESTION

ACTIVE = [("true", _("Active")), ("false", _("Inactive"))]


class PatientFilter(django_filters.FilterSet):
    """`q` is the search: beginnings of names, a phone number, an MRN or a date of birth."""

    q = django_filters.CharFilter(
        method="search",
        label=_("Name, MRN, phone or date of birth"),
        max_length=LONGEST_QUESTION,
        strip=True,
    )
    mrn = django_filters.CharFilter(method="of_mrn", label=_("Medical record number"), max_length=24)
    birth_date = django_filters.DateFilter(label=_("Date of birth"))
    is_active = django_filters.TypedChoiceFilter(
        label=_("Status"), choices=ACTIVE, coerce=lambda given: given == "true"
    )

    found: list[UUID] | None = None

    class Meta:
        model = Patient
        fields: list[str] = []

    def search(self, rows: PatientQuerySet, name: str, text: str) -> PatientQuerySet:
        self.found = SearchKey.objects.find(text)
        return rows.filter(pk__in=self.found)

    def of_mrn(self, rows: PatientQuerySet, name: str, mrn: str) -> PatientQuerySet:
        return rows.filter(mrn=mrn.strip().upper())

    def ranked(self) -> Any:
        """What can be sliced: of a search the best answers first; else a QuerySet, the latest registered first."""
        rows = self.qs
        if self.found is None:
            return rows.order_by("-id")
        others = (value for name, value in self.form.cleaned_data.items() if name != "q")
        if all(value in {None, ""} for value in others):
            return InOrder(self.queryset, self.found)
        place = {pk: number for number, pk in enumerate(self.found)}
        return sorted(rows, key=lambda patient: place[patient.pk])


class PairFilter(django_filters.FilterSet):
    """Which suspected duplicates: those to be looked at, or those of which it was said that they are two people."""

    status = django_filters.ChoiceFilter(choices=SuspectedPair.Status.choices)

    class Meta:
        model = SuspectedPair
        fields: list[str] = []


@dataclass
class InOrder:
    """Patients in the order of their ids. A slice reads the patients of that slice, and no other."""

    patients: PatientQuerySet
    ids: list[UUID]

    def __getitem__(self, part: slice) -> list[Patient]:
        ids = self.ids[part]
        found = {patient.pk: patient for patient in self.patients.filter(pk__in=ids)} if ids else {}
        return [found[pk] for pk in ids if pk in found]


def _moment(lookup: str) -> Any:
    """A filter by a time that every zone can count."""
    within = [
        MinValueValidator(datetime(1800, 1, 1, tzinfo=UTC)),
        MaxValueValidator(datetime(2300, 1, 1, tzinfo=UTC)),
    ]
    return django_filters.IsoDateTimeFilter(field_name="taken_at", lookup_expr=lookup, validators=within)


class VitalsFilter(django_filters.FilterSet):
    """By the time when they were taken; `from` is included, `to` is not."""

    to = _moment("lt")

    class Meta:
        model = Vitals
        fields: list[str] = []


VitalsFilter.base_filters["from"] = _moment("gte")


class LabResultFilter(django_filters.FilterSet):
    """By test and time of the sample; `from` is included, `to` is not. `unreviewed`: nobody has seen them yet."""

    loinc = django_filters.CharFilter(max_length=10)
    to = _moment("lt")
    unreviewed = django_filters.BooleanFilter(method="not_seen")

    class Meta:
        model = LabResult
        fields = ("loinc", "to", "unreviewed")

    def not_seen(self, rows: Any, name: str, wanted: bool) -> Any:
        return rows.unseen() if wanted else rows.exclude(reviewed_at=None)


LabResultFilter.base_filters["from"] = _moment("gte")


class LabTestFilter(django_filters.FilterSet):
    """`q`: the beginning of a LOINC code, or a part of a name."""

    q = django_filters.CharFilter(method="search", label=_("Name or LOINC code"), max_length=60)

    class Meta:
        model = LabTest
        fields: list[str] = []

    def search(self, rows: Any, name: str, text: str) -> Any:
        return rows.search(text)


class DocumentFilter(django_filters.FilterSet):
    """`q` are words of the title, the file's name or the text that was read from it."""

    q = django_filters.CharFilter(
        method="search", label=_("Words in title or text"), max_length=LONGEST_QUESTION, strip=True
    )

    class Meta:
        model = Document
        fields: list[str] = []

    def search(self, rows: DocumentQuerySet, name: str, text: str) -> DocumentQuerySet:
        return rows.standing().search(text)
