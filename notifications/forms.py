"""Shapes of what people say about messages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from notifications.models import Channel, ContactPreference, Message

TABS = (
    ("stuck", _("To decide")),
    ("due", Message.Status.DUE.label),
    ("sent", Message.Status.SENT.label),
    ("withdrawn", Message.Status.WITHDRAWN.label),
    ("dismissed", Message.Status.DISMISSED.label),
)


class OutboxForm(forms.Form):
    """Which messages of the outbox are shown."""

    show = forms.ChoiceField(label=_("Show"), required=False, choices=TABS)


class PreferenceForm(forms.Form):
    """How a person wants to be told, and of what."""

    channel = forms.ChoiceField(
        label=_("Preferred way"),
        required=False,
        choices=[
            ("", _("E-mail, else text message")),
            (Channel.EMAIL.value, Channel.EMAIL.label),
            (Channel.SMS.value, Channel.SMS.label),
        ],
    )
    muted = forms.ChoiceField(label=_("Wants"), required=False, choices=ContactPreference.Muted.choices)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @classmethod
    def of(cls, preference: ContactPreference | None) -> "PreferenceForm":
        """Version 0 says that there was none: then one that has been written meanwhile is not overwritten."""
        if preference is None:
            return cls(initial={"version": 0})
        names = ("channel", "muted", "version")
        return cls(initial={name: getattr(preference, name) for name in names})


class OptOutForm(forms.Form):
    """What somebody still wants to hear. A mail program that opts out with one click sends none of it (RFC 8058)."""

    muted = forms.ChoiceField(
        label=_("What do you want to hear from us?"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", _("Everything: bookings, changes, cancellations and reminders")),
            (
                ContactPreference.Muted.REMINDERS.value,
                _("No reminders, but bookings, changes and cancellations"),
            ),
            (ContactPreference.Muted.ALL.value, _("Nothing at all")),
        ],
    )


class VersionForm(forms.Form):
    """Which version of a message was seen."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
