"""How a message is shown: `{% load messages_look %}`."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import lead_times
from notifications import kinds
from notifications.models import Message

register = template.Library()
Status = Message.Status
# Tone of the badge and its sign.
LOOKS = {
    Status.DUE: ("neutral", "clock"),
    Status.SENDING: ("info", "clock"),
    Status.SENT: ("ok", "check"),
    Status.FAILED: ("danger", "x"),
    Status.UNCERTAIN: ("warn", "alert"),
    Status.WITHDRAWN: ("neutral", "ban"),
    Status.DISMISSED: ("neutral", "x"),
}


@register.filter
def message_tone(status: str) -> str:
    return LOOKS[Status(status)][0]


@register.filter
def message_sign(status: str) -> str:
    return LOOKS[Status(status)][1]


@register.filter
def kind_label(name: str) -> str:
    return kinds.label_of(name)


@register.filter
def recipient_label(message: Message) -> str:
    """Who it is for, without a name: that is on the record of the subject."""
    return {"patient": _("to the patient"), "user": _("to the doctor"), "doctor": _("to the doctor")}.get(
        message.recipient_type, message.recipient_type
    )


@register.filter
def lead_label(rule: str) -> str:
    """How long before: "2 hours before", "1 day before, at 18:00". Nothing for what is said at once."""
    try:
        (lead,) = lead_times.read(rule)
    except ValueError:
        return ""
    if lead.days:
        text = ngettext("%(number)s day before", "%(number)s days before", lead.days) % {"number": lead.days}
        return f"{text}, {lead.at:%H:%M}" if lead.at else text
    hours, minutes = divmod(lead.minutes, 60)
    if minutes:
        return ngettext("%(number)s minute before", "%(number)s minutes before", lead.minutes) % {
            "number": lead.minutes
        }
    return ngettext("%(number)s hour before", "%(number)s hours before", hours) % {"number": hours}
