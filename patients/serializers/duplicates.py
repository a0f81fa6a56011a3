"""Shapes of suspected duplicates in JSON."""

from typing import Any

from rest_framework import serializers

from patients.models import SuspectedPair


class ReasonSerializer(serializers.Serializer[Any]):
    """One reason of a likeness: its code, and the points that it adds or takes off."""

    code = serializers.CharField()
    points = serializers.IntegerField()


class SuspectedPairSerializer(serializers.ModelSerializer[SuspectedPair]):
    """Two records that may be of one person. Of the patients the ids alone: who may read them asks for them."""

    first = serializers.UUIDField(source="first_id", read_only=True)
    second = serializers.UUIDField(source="second_id", read_only=True)
    decided_by = serializers.UUIDField(source="decided_by_id", read_only=True)
    reasons = ReasonSerializer(many=True, read_only=True)

    class Meta:
        model = SuspectedPair
        fields = (
            "id",
            "first",
            "second",
            "score",
            "reasons",
            "status",
            "found_at",
            "decided_by",
            "decided_because",
            "version",
        )
        read_only_fields = fields


class DismissSerializer(serializers.Serializer[Any]):
    """Why they are two people."""

    reason = serializers.CharField(max_length=200)
