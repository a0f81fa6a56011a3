"""How medicines are looked for."""

import django_filters
from django.utils.translation import gettext_lazy as _

from prescriptions.models import MedicineQuerySet, Product, Route

LONGEST_QUERY = 100


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
