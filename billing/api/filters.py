"""How bills, charges, refunds and prices are looked for at the API."""

from datetime import date
from typing import Any

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts import places
from billing.filters import is_narrow
from billing.models import Charge, Invoice, Refund
from hospital import clock

LONGEST_QUERY = 100
DAYS = (MinValueValidator(date(1800, 1, 1)), MaxValueValidator(date(2300, 1, 1)))
YES = [("true", _("Yes"))]


class InvoiceFilter(django_filters.FilterSet):
    """By patient, status, number (its beginning) and date; `overdue=true`: what is owed longer than was agreed."""

    patient = django_filters.UUIDFilter(field_name="patient_id", label=_("Patient"))
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Invoice.Status.choices)
    overdue = django_filters.ChoiceFilter(label=_("Only what is overdue"), choices=YES, method="only_overdue")
    number = django_filters.CharFilter(label=_("Number"), method="numbered", max_length=30)
    issued_from = django_filters.DateFilter(
        label=_("Issued from"), field_name="issued_on", lookup_expr="gte", validators=DAYS
    )
    issued_to = django_filters.DateFilter(label=_("Issued until"), method="issued_until", validators=DAYS)

    class Meta:
        model = Invoice
        fields: tuple[str, ...] = ()

    def only_overdue(self, rows: Any, _name: str, _asked: str) -> Any:
        return rows.overdue(clock.today(places.first_site().time_zone))

    def issued_until(self, rows: Any, _name: str, day: date) -> Any:
        return rows.issued_until(day, in_order_of_drafting=is_narrow(self.data))

    def numbered(self, rows: Any, _name: str, start: str) -> Any:
        return rows.numbered(start)


class ChargeFilter(django_filters.FilterSet):
    """By patient and status; `unbilled` waits for an invoice."""

    patient = django_filters.UUIDFilter(field_name="patient_id", label=_("Patient"))
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Charge.Status.choices)

    class Meta:
        model = Charge
        fields: tuple[str, ...] = ()


class RefundFilter(django_filters.FilterSet):
    """By patient and status; `requested` waits for a second person."""

    patient = django_filters.UUIDFilter(field_name="patient_id", label=_("Patient"))
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Refund.Status.choices)

    class Meta:
        model = Refund
        fields: tuple[str, ...] = ()


class OfPatientFilter(django_filters.FilterSet):
    """By patient."""

    patient = django_filters.UUIDFilter(field_name="patient_id", label=_("Patient"))


class PriceListFilter(django_filters.FilterSet):
    """`q` begins the code or the name. `department` and `payer` say whose prices are shown."""

    q = django_filters.CharFilter(label=_("Code or name"), method="by_words", max_length=LONGEST_QUERY)
    is_active = django_filters.BooleanFilter(label=_("Can be charged"))
    department = django_filters.UUIDFilter(label=_("Department"), method="whose_prices")
    payer = django_filters.UUIDFilter(label=_("Payer"), method="whose_prices")

    def by_words(self, rows: Any, _name: str, text: str) -> Any:
        return rows.search(text)

    def whose_prices(self, rows: Any, _name: str, _pk: Any) -> Any:
        return rows
