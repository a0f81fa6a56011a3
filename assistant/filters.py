"""How the history, what was sent outside, and what was found odd are searched."""

from datetime import date
from typing import Any, ClassVar

import django_filters
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts import places
from assistant.anomalies import Kind
from assistant.models import AnomalyAlert, Disclosure, Turn
from hospital import clock

DAYS = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2300, 1, 1)))


class TurnFilter(django_filters.FilterSet):
    conversation = django_filters.UUIDFilter(field_name="conversation_id")

    class Meta:
        model = Turn
        fields: tuple[str, ...] = ()


class DisclosureFilter(django_filters.FilterSet):
    """Days are those of the first site, both included."""

    purpose = django_filters.ChoiceFilter(
        label=_("Purpose"), empty_label=_("Any"), choices=Disclosure.Purpose.choices
    )
    outcome = django_filters.ChoiceFilter(
        label=_("Outcome"), empty_label=_("Any"), choices=Disclosure.Outcome.choices
    )
    patient = django_filters.UUIDFilter(label=_("Patient"), field_name="patient_id")
    since = django_filters.DateFilter(label=_("Sent from"), method="sent_since", validators=DAYS)
    until = django_filters.DateFilter(label=_("Sent until"), method="sent_until", validators=DAYS)

    class Meta:
        model = Disclosure
        fields: tuple[str, ...] = ()

    def sent_since(self, rows: Any, _name: str, day: date) -> Any:
        return rows.filter(at__gte=clock.bounds(day, places.first_site().zone)[0])

    def sent_until(self, rows: Any, _name: str, day: date) -> Any:
        return rows.filter(at__lt=clock.bounds(day, places.first_site().zone)[1])


class AlertFilter(django_filters.FilterSet):
    """Without `show` those that are open and within the budget."""

    SHOWS: ClassVar = (
        ("open", _("Open")),
        ("below", _("Less urgent")),
        ("decided", _("Decided")),
    )
    show = django_filters.ChoiceFilter(label=_("Show"), choices=SHOWS, method="shown", empty_label=None)
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=Kind.choices)
    patient = django_filters.UUIDFilter(label=_("Patient"), field_name="patient_id")

    class Meta:
        model = AnomalyAlert
        fields: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        given = data.copy() if data is not None else {}
        given.setdefault("show", "open")
        super().__init__(given, *args, **kwargs)

    def shown(self, rows: Any, _name: str, show: str) -> Any:
        if show == "decided":
            return rows.exclude(status=AnomalyAlert.Status.OPEN)
        return rows.filter(status=AnomalyAlert.Status.OPEN, is_shown=show == "open")
