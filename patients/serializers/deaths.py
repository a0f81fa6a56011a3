"""Shapes of a death in JSON."""

from typing import Any

from rest_framework import serializers


class DeathSerializer(serializers.Serializer[Any]):
    """When a patient died."""

    deceased_on = serializers.DateField()


class TakeBackDeathSerializer(serializers.Serializer[Any]):
    """Why it was wrong."""

    reason = serializers.CharField(max_length=200)
