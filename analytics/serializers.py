"""Shapes of JSON output."""

from typing import Any

from rest_framework import serializers

from analytics.models import State
from analytics.reports.figures import Unit
from analytics.reports.tables import exact

UNITS = [(one.value, one.value) for one in Unit]


class Exact(serializers.CharField):
    """A number as a text, so that no digit is lost."""

    def to_representation(self, value: Any) -> Any:
        return exact(value)


class PartSerializer(serializers.Serializer[Any]):
    """One part of the system. `name` is stable and for machines; `definition` says what `figure` and `number` mean."""

    name = serializers.CharField()
    label = serializers.CharField(source="check.label")  # type: ignore[assignment]  # the word of the answer
    state = serializers.ChoiceField(choices=State.choices)
    sentence = serializers.CharField()
    figure = serializers.CharField()
    number = serializers.FloatField(allow_null=True)
    since = serializers.DateTimeField(allow_null=True)
    looked_at = serializers.DateTimeField(allow_null=True)
    definition = serializers.CharField(source="check.definition")
    advice = serializers.CharField(source="check.advice")


class StatusSerializer(serializers.Serializer[Any]):
    """`state` is that of the worst part."""

    state = serializers.ChoiceField(choices=State.choices)
    looked_at = serializers.DateTimeField(allow_null=True)
    parts = PartSerializer(many=True)


class FigureSerializer(serializers.Serializer[Any]):
    """A number of the period beside that of the period before; `change` is a part of what it was.

    `value` and `before` are exact: a count, minutes, an amount, or a share between 0 and 1; null where there is
    nothing to divide by.
    """

    key = serializers.CharField(source="definition.key")
    label = serializers.CharField(source="definition.label")  # type: ignore[assignment]  # the word of the answer
    unit = serializers.ChoiceField(source="definition.unit", choices=UNITS)
    value = Exact(allow_null=True)
    before = Exact(allow_null=True)
    change = serializers.FloatField(allow_null=True)
    definition = serializers.CharField(source="definition.text")


class ColumnSerializer(serializers.Serializer[Any]):
    """A column of a table; rows have their values in this order."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    unit = serializers.ChoiceField(choices=UNITS)


class RowSerializer(serializers.Serializer[Any]):
    """`key` is an id, a day, or another word that stays the same; empty where it is not known."""

    key = serializers.CharField()
    name = serializers.CharField()
    values = serializers.ListField(child=Exact(allow_null=True))


class TableSerializer(serializers.Serializer[Any]):
    """Null in a table whose `note` speaks of it is not told."""

    key = serializers.CharField()
    title = serializers.CharField()
    definition = serializers.CharField(source="says")
    columns = ColumnSerializer(many=True)
    rows = RowSerializer(many=True)
    note = serializers.CharField()


class StatisticsSerializer(serializers.Serializer[Any]):
    """`waiting` days have still to be counted. `counted_at` is when today was; null: at once, or it is not asked for."""

    since = serializers.DateField(source="period.since")
    until = serializers.DateField(source="period.until")
    waiting = serializers.IntegerField()
    counted_at = serializers.DateTimeField(allow_null=True)
    figures = FigureSerializer(many=True)
    tables = TableSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class HereNowSerializer(serializers.Serializer[Any]):
    """`longest` is how many minutes somebody has been waiting; null: nobody is."""

    waiting = serializers.IntegerField()
    inside = serializers.IntegerField()
    longest = serializers.IntegerField(allow_null=True)


class DashboardSerializer(serializers.Serializer[Any]):
    """`now` is today beside a week ago, `figures` the last thirty days beside the thirty before.

    `outstanding` is what was owed at `counted_at`, null for whom money is not. `is_late`: the worker has not counted today lately.
    """

    today = serializers.DateField()
    counted_at = serializers.DateTimeField()
    is_late = serializers.BooleanField()
    missing = serializers.IntegerField()
    queue = HereNowSerializer()
    outstanding = Exact(allow_null=True)
    now = FigureSerializer(many=True)
    figures = FigureSerializer(many=True)
    table = TableSerializer()
