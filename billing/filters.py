"""How lists of invoices are narrowed: for the page, the API and the file."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

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
A_ZONE = timedelta(days=2)  # more than a day on the calendar of a site may be off from that of the database


class Amount(django_filters.NumberFilter):
    """An amount in the hospital's currency."""

    def __init__(self, **options: Any) -> None:
        shape = {"max_digits": MOST_DIGITS, "decimal_places": minor_digits(), "min_value": 0}
        super().__init__(**shape | options)


class InvoiceFilter(django_filters.FilterSet):
    """`q` is the beginning of a number, an exact total, or what finds a patient. Days are those of issue, both included.

    `overdue` are those that are owing after their day.
    """

    q = django_filters.CharFilter(
        label=_("Number, patient or amount"), method="search", max_length=LONGEST_QUESTION
    )
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

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = ()

    def search(self, rows: InvoiceQuerySet, _name: str, text: str) -> InvoiceQuerySet:
        start = text.strip().upper()
        found = Q(number__gte=start, number__lt=start + "\uffff") | Q(
            patient_id__in=SearchKey.objects.find(text)
        )
        amount = amount_in(text)
        return rows.filter(found if amount is None else found | Q(total_amount=amount))

    def with_number(self, rows: InvoiceQuerySet, _name: str, text: str) -> InvoiceQuerySet:
        return rows.numbered(text)

    def only_overdue(self, rows: InvoiceQuerySet, _name: str, asked: bool) -> InvoiceQuerySet:
        today = clock.today(places.first_site().time_zone)
        return rows.owing().filter(due_on__lt=today) if asked else rows

    def issued_since(self, rows: InvoiceQuerySet, _name: str, day: date) -> InvoiceQuerySet:
        return rows.filter(issued_on__gte=day)

    def issued_until(self, rows: InvoiceQuerySet, _name: str, day: date) -> InvoiceQuerySet:
        """Drafted before it was issued: so the index of lists, which is by that time, begins at the right place."""
        return rows.filter(issued_on__lte=day, created_at__lt=datetime.combine(day + A_ZONE, time(), UTC))


def amount_in(text: str) -> Decimal | None:
    """The amount that somebody has typed, with point or comma; None for what is no amount."""
    try:
        amount = Decimal(text.strip().replace(",", "."))
        exact_minor(amount)
    except (InvalidOperation, ValueError):
        return None
    return amount if 0 <= amount < Decimal(10) ** (MOST_DIGITS - minor_digits()) else None
