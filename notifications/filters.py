"""How messages are looked for, on the page and at the API."""

import django_filters

from notifications.models import Channel, Message


class MessageFilter(django_filters.FilterSet):
    """By status, kind, channel, patient, and what they are about."""

    status = django_filters.ChoiceFilter(choices=Message.Status.choices)
    channel = django_filters.ChoiceFilter(choices=Channel.choices)
    kind = django_filters.CharFilter(max_length=40)
    patient = django_filters.UUIDFilter(field_name="patient_id")
    subject = django_filters.UUIDFilter(field_name="subject_id")

    class Meta:
        model = Message
        fields = ("status", "channel", "kind", "patient", "subject")
