"""Shapes of the timeline in JSON."""

from typing import Any

from rest_framework import serializers


class LineSerializer(serializers.Serializer[Any]):
    """One line: when what happened, and which record it is about."""

    kind = serializers.CharField(source="entry.kind", read_only=True)
    subject = serializers.UUIDField(source="entry.subject_id", read_only=True)
    at = serializers.DateTimeField(source="entry.at", read_only=True)
    title = serializers.CharField(source="line.title", read_only=True)
    detail = serializers.CharField(source="line.detail", read_only=True)
    is_struck = serializers.BooleanField(
        source="line.struck", read_only=True, help_text="Taken back or cancelled: it no longer counts"
    )


class StreamSerializer(serializers.Serializer[Any]):
    """A page of the stream."""

    results = LineSerializer(many=True, read_only=True)
    next = serializers.URLField(read_only=True, allow_null=True)
