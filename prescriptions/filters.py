"""How medicines are looked for."""

from datetime import UTC, datetime
from typing import Any

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from prescriptions.models import MedicineQuerySet, Prescription, Product, Route, Stock, StockQuerySet

LONGEST_QUERY = 100
MOST_PRODUCTS = 200  # of one search in the stock
TIMES = (  # that every zone can count
    MinValueValidator(datetime(1800, 1, 1, tzinfo=UTC)),
    MaxValueValidator(datetime(2300, 1, 1, tzinfo=UTC)),
)
HAS_A_SIGNATURE = (Prescription.Status.AWAITING, *Prescription.SEALED)  # the index begins with the status


class MedicationFilter(django_filters.FilterSet):
    """`q` are beginnings of words: of the name, a brand, a substance, an ATC code, the strength or the form."""

    q = django_filters.CharFilter(
        label=_("Name"), method="by_words", max_length=LONGEST_QUERY, help_text=_("Generic or brand")
    )
    substance = django_filters.CharFilter(
        label=_("Substance"), method="of_substance", max_length=160, help_text=_("Its key")
    )
    route = django_filters.ChoiceFilter(label=_("Route"), choices=Route.choices)
    is_active = django_filters.BooleanFilter(label=_("Offered"))

    class Meta:
        model = Product
        fields: tuple[str, ...] = ()

    def by_words(self, rows: MedicineQuerySet, _name: str, text: str) -> MedicineQuerySet:
        return rows.search(text)

    def of_substance(self, rows: MedicineQuerySet, _name: str, key: str) -> MedicineQuerySet:
        return rows.filter(composition__contains=f"|{key}|")


class PrescriptionFilter(django_filters.FilterSet):
    """By patient, doctor, status, code and time of the signature; `signed_from` is included, `signed_to` is not."""

    patient = django_filters.UUIDFilter(field_name="patient_id", label=_("Patient"))
    doctor = django_filters.UUIDFilter(field_name="doctor_id", label=_("Doctor"))
    status = django_filters.ChoiceFilter(label=_("Status"), choices=Prescription.Status.choices)
    code = django_filters.CharFilter(
        label=_("Code"), method="with_code", max_length=20, help_text=_("As it is printed, or without dashes")
    )
    signed_from = django_filters.IsoDateTimeFilter(
        label=_("Signed from"), method="signed_since", validators=TIMES
    )
    signed_to = django_filters.IsoDateTimeFilter(
        label=_("Signed before"), method="signed_before", validators=TIMES
    )

    class Meta:
        model = Prescription
        fields: tuple[str, ...] = ()

    def with_code(self, rows: Any, _name: str, text: str) -> Any:
        return rows.filter(code=text.replace("-", "").replace(" ", "").upper())

    def signed_since(self, rows: Any, _name: str, at: datetime) -> Any:
        return rows.filter(status__in=HAS_A_SIGNATURE, signed_at__gte=at)

    def signed_before(self, rows: Any, _name: str, at: datetime) -> Any:
        return rows.filter(status__in=HAS_A_SIGNATURE, signed_at__lt=at)


class StockFilter(django_filters.FilterSet):
    """`q` as for medications; `site` and `product` are ids."""

    q = django_filters.CharFilter(label=_("Medicine"), method="by_words", max_length=LONGEST_QUERY)
    is_low = django_filters.BooleanFilter(
        label=_("Only what is low"), widget=forms.CheckboxInput, method="only_low"
    )
    site = django_filters.UUIDFilter(label=_("Site"), field_name="site_id")
    product = django_filters.UUIDFilter(label=_("Product"), field_name="product_id")

    class Meta:
        model = Stock
        fields: tuple[str, ...] = ()

    def by_words(self, rows: StockQuerySet, _name: str, text: str) -> StockQuerySet:
        found = Product.objects.search(text).values_list("pk", flat=True)[:MOST_PRODUCTS]
        return rows.filter(product_id__in=list(found))

    def only_low(self, rows: StockQuerySet, _name: str, asked: bool) -> StockQuerySet:
        return rows.low() if asked else rows
