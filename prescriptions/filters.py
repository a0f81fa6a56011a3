"""How medicines are looked for."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from prescriptions.models import MedicineQuerySet, Product, Route, Stock, StockQuerySet

LONGEST_QUERY = 100
MOST_PRODUCTS = 200  # of one search in the stock


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
