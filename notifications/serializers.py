"""JSON of messages."""

from typing import Any

from rest_framework import serializers

from notifications.models import Channel, ContactPreference, Message


class MessageSerializer(serializers.ModelSerializer[Message]):
    """A message of the outbox: to whom, when, and what became of it. Times are in UTC."""

    patient = serializers.UUIDField(source="patient_id", read_only=True, allow_null=True)
    subject = serializers.UUIDField(source="subject_id", read_only=True)

    class Meta:
        model = Message
        fields = (
            "id",
            "kind",
            "rule",
            "subject_type",
            "subject",
            "patient",
            "recipient_type",
            "recipient_id",
            "channel",
            "status",
            "because",
            "due_at",
            "attempts",
            "sent_at",
            "sent_to",
            "title",
            "error",
            "version",
        )
        read_only_fields = fields


class InboxSerializer(serializers.ModelSerializer[Message]):
    """A line of one's own inbox."""

    subject = serializers.UUIDField(source="subject_id", read_only=True)

    class Meta:
        model = Message
        fields = ("id", "kind", "subject_type", "subject", "title", "sent_at", "read_at", "version")
        read_only_fields = fields


class PreferenceSerializer(serializers.Serializer[Any]):
    """How a person wants to be told, and of what. Empty: as is usual; of everything."""

    channel = serializers.ChoiceField(
        choices=[Channel.EMAIL.value, Channel.SMS.value, ""], required=False, allow_blank=True, default=""
    )
    muted = serializers.ChoiceField(
        choices=ContactPreference.Muted.values, required=False, allow_blank=True, default=""
    )
