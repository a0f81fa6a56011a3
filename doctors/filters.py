"""How doctors are searched for, on the page and at the API."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from doctors.models import Doctor, DoctorQuerySet, Speciality, department_choices

LONGEST_QUERY = 100


def speciality_choices() -> list[tuple[str, str]]:
    return [(one.code, one.name) for one in Speciality.objects.all()]


class DoctorFilters(django_filters.FilterSet):
    """What may be asked of the list of doctors."""

    q = django_filters.CharFilter(
        label=_("Name"), method="by_name", max_length=LONGEST_QUERY, help_text=_("Begins with")
    )
    speciality = django_filters.CharFilter(label=_("Speciality"), method="by_speciality", max_length=40)
    department = django_filters.UUIDFilter(label=_("Department"), field_name="department_id")
    is_active = django_filters.BooleanFilter(label=_("Sees patients"))

    class Meta:
        model = Doctor
        fields = ()

    def by_name(self, doctors: DoctorQuerySet, _name: str, words: str) -> DoctorQuerySet:
        return doctors.search(words)

    def by_speciality(self, doctors: DoctorQuerySet, _name: str, code: str) -> DoctorQuerySet:
        return doctors.with_speciality(code)


class DoctorPageFilters(DoctorFilters):
    """The same with lists to choose from; without `is_active` the page shows those who see patients."""

    speciality = django_filters.ChoiceFilter(
        label=_("Speciality"),
        choices=speciality_choices,
        empty_label=_("Any speciality"),
        method="by_speciality",
    )
    department = django_filters.ChoiceFilter(
        label=_("Department"),
        choices=department_choices,
        empty_label=_("Any department"),
        field_name="department_id",
    )
    is_active = django_filters.ChoiceFilter(
        label=_("Status"),
        choices=[("true", _("Sees patients")), ("false", _("Not active")), ("all", _("All"))],
        empty_label=None,
        method="by_status",
    )

    def by_status(self, doctors: DoctorQuerySet, _name: str, status: str) -> Any:
        return doctors if status == "all" else doctors.filter(is_active=status == "true")
