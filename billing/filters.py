"""How lists of invoices are narrowed: for the page, the API and the file."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import places
from billing.models import Invoice, InvoiceQuerySet
from hospital import clock
from hospital.money import MOST_DIGITS, exact_minor, minor_digits
from patients.models import SearchKey
from patients.searching import LONGEST_QUESTION

DAYS = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2300, 1, 1)))
MOST_OF_A_KIND = 200
BEGINS_A_NUMBER = re.compile(r"[A-Z0-9]{1,4}(-\d{0,4}(-\d*)?)?")  # the prefix of a site, a year, a place


class Amount(django_filters.NumberFilter):
    """An amount in the hospital's currency."""

    def __init__(self, **options: Any) -> None:
        shape = {"max_digits": MOST_DIGITS, "decimal_places": minor_digits(), "min_value": 0}
        super().__init__(**shape | options)


class InvoiceFilter(django_filters.FilterSet):
    """`q` is the beginning of a number, an exact total, or what finds a patient. Days are those of issue, both included.

    `overdue` are those that are owing after their day.
    """

    patient = django_filters.UUIDFilter(label=_("Patient"), field_name="patient_id")
    number = django_filters.CharFilter(label=_("Number"), method="with_number", max_length=30)
    department = django_filters.UUIDFilter(label=_("Department"), field_name="department_id")
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Invoice.Status.choices)
    overdue = django_filters.BooleanFilter(
        label=_("Only overdue"), widget=forms.CheckboxInput, method="only_overdue"
    )
    amount_from = Amount(label=_("Total from"), field_name="total_amount", lookup_expr="gte")
    amount_to = Amount(label=_("Total to"), field_name="total_amount", lookup_expr="lte")
    issued_from = django_filters.DateFilter(label=_("Issued from"), method="issued_since", validators=DAYS)
    issued_to = django_filters.DateFilter(label=_("Issued until"), method="issued_until", validators=DAYS)
    q = django_filters.CharFilter(  # the last, so that it is among what the others leave
        label=_("Number, patient or amount"), method="search", max_length=LONGEST_QUESTION
    )

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = ()

    def search(self, rows: InvoiceQuerySet, _name: str, text: str) -> InvoiceQuerySet:
        """The latest MOST_OF_A_KIND that each reading of the text finds, each from an index of its own."""
        ids: set[UUID] = set()
        for kind, order in self._readings(text):
            latest = rows.filter(kind).order_by(*order)
            ids.update(latest.values_list("pk", flat=True)[:MOST_OF_A_KIND])
        return rows.filter(pk__in=ids)

    def _readings(self, text: str) -> Iterator[tuple[Q, tuple[str, ...]]]:
        """What the text may mean, and the order in which the index of that is."""
        start = text.strip().upper()
        if BEGINS_A_NUMBER.fullmatch(start):
            yield Q(number__gte=start, number__lt=start + "\uffff"), ("-number",)
        if patients := SearchKey.objects.find(text):
            yield Q(patient_id__in=patients), ("-created_at", "-id")
        amount = amount_in(text)
        if amount is not None:
            yield Q(total_amount=amount), ("-created_at", "-id")

    def with_number(self, rows: InvoiceQuerySet, _name: str, text: str) -> InvoiceQuerySet:
        return rows.numbered(text)

    def only_overdue(self, rows: InvoiceQuerySet, _name: str, asked: bool) -> InvoiceQuerySet:
        today = clock.today(places.first_site().time_zone)
        return rows.owing().filter(open_due_on__lt=today) if asked else rows

    def issued_since(self, rows: InvoiceQuerySet, _name: str, day: date) -> InvoiceQuerySet:
        return rows.filter(issued_on__gte=day)

    def issued_until(self, rows: InvoiceQuerySet, _name: str, day: date) -> InvoiceQuerySet:
        return rows.issued_until(day, in_order_of_drafting=is_narrow(self.data))


def order_of(asked: Mapping[str, Any]) -> tuple[str, ...]:
    """The order that an index has of what is asked: longest due first, or else the latest first."""
    if asked.get("overdue") == "true":
        return "open_due_on", "id"
    if (asked.get("issued_from") or asked.get("issued_to")) and not is_narrow(asked):
        return "-issued_on", "-id"
    return "-created_at", "-id"


def is_narrow(asked: Mapping[str, Any]) -> bool:
    """Whether something is asked whose index is in the order of drafting."""
    return any(asked.get(name) for name in ("status", "department", "patient"))


class WholeInvoiceFilter(InvoiceFilter):
    """The same for files: all that is found, which may take a while."""

    def search(self, rows: InvoiceQuerySet, _name: str, text: str) -> InvoiceQuerySet:
        found = Q(pk__in=[])
        for kind, _order in self._readings(text):
            found |= kind
        return rows.filter(found)


def amount_in(text: str) -> Decimal | None:
    """The amount that somebody has typed, with point or comma; None for what is no amount."""
    try:
        amount = Decimal(text.strip().replace(",", "."))
        exact_minor(amount)
    except (InvalidOperation, ValueError):
        return None
    return amount if 0 <= amount < Decimal(10) ** (MOST_DIGITS - minor_digits()) else None
