"""What templates need to look like one product: `{% load look %}`.

Tags
  {% nonce form %}             hidden input that makes a form count once; keeps what a bound form sent. `form` may be left out
  {% icon "door" %}            a drawing, for eyes only; {% icon "door" "icon icon-sm" %} gives it other classes
  {% age born_on today %}      how old, in words; {% age born_on today estimated %} says "about"
  {% theme_choices %}          (value, words, icon) of each theme
  {% drawn "a.html" "nav" %}   includes a part that depends on these of the context alone, drawn once for each of their values

Filters: times (none of them is moved into another zone unless `in_zone` says so)
  moment|in_zone:zone          aware datetime in a zone (IANA name or ZoneInfo)
  moment|clock_time            09:05
  day|day_name                 Tuesday
  day|short_day                Tue 14 Apr
  day|full_day                 Tuesday 14 April 2026
  day|plain_date               14 Apr 2026
  moment|day_and_time          14 Apr 2026, 09:05
  day|iso_date                 2026-04-14, for addresses and `datetime`
  moment|iso_time              2026-04-14T09:05+02:00, for addresses and `datetime`
  born_on|age_on_today         67 y, by the date in the zone of the installation; |age_on_today:estimated says "about"

Filters: words
  cents|money_minor:"EUR"      EUR 1,240.00, from an integer of the smallest unit
  verb|verb_label              "appointments.cancel_appointment" is "Cancelled appointment"
  status|status_class          is-booked, is-done … for an appointment's status
  status|status_icon           name of the sign that goes with it
  outcome|outcome_tone         ok, warn or danger for an audit entry
  name|initials                "Dr Akua Osei" is "AO"

Filters: forms
  field|as_control             the input with its classes; a date or time becomes the browser's own
  field|control_kind           input, check, radios, checks or hidden
"""

import re
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django import forms, template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.tz import do_timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from hospital import clock
from hospital.money import minor_digits

register = template.Library()

# ── Drawings: what stands inside a 24 by 24 svg ──────────────────────────────
ICONS = {
    "alert": '<path d="M12 3l10 18H2zM12 10v5M12 18v.2"/>',
    "auto": '<circle cx="12" cy="12" r="9"/><path d="M12 3v18M15 5v14M18 7v10"/>',
    "ban": '<circle cx="12" cy="12" r="9"/><path d="M6 6l12 12"/>',
    "bell": '<path d="M6 16V11a6 6 0 0112 0v5l2 2H4zM10 21h4"/>',
    "bill": '<path d="M5 3h14v18l-3-2-2 2-2-2-2 2-2-2-3 2zM9 8h6M9 12h6"/>',
    "building": '<path d="M5 21V4h14v17M3 21h18M9 8h2M13 8h2M9 12h2M13 12h2M10 21v-4h4v4"/>',
    "cal": '<rect x="3" y="5" width="18" height="16" rx="2"/><path d="M3 10h18M8 3v4M16 3v4"/>',
    "chair": '<path d="M7 3v10h10V3M7 13v8M17 13v8M5 9v4h2M19 9v4h-2"/>',
    "chart": '<path d="M4 20h16M7 20v-6M12 20V6M17 20v-9"/>',
    "chat": '<path d="M4 4h16v12H10l-5 4v-4H4zM8 8h8M8 12h5"/>',
    "check": '<path d="M4 12.5l5 5L20 6.5"/>',
    "circle": '<circle cx="12" cy="12" r="8"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>',
    "code": '<path d="M8 7l-5 5 5 5M16 7l5 5-5 5"/>',
    "done": '<path d="M2 12.5l4.5 4.5L16 7.5M11 16l1 1 10-9.5"/>',
    "door": '<path d="M6 21V3h12v18M3 21h18M14 12v.2"/>',
    "down": '<path d="M6 9l6 6 6-6"/>',
    "edit": '<path d="M4 20l1-4L16 5l3 3L8 19zM14 7l3 3"/>',
    "eye": '<path d="M2 12c3-5 6-7 10-7s7 2 10 7c-3 5-6 7-10 7s-7-2-10-7z"/><circle cx="12" cy="12" r="3"/>',
    "filter": '<path d="M3 5h18l-7 8v6l-4-2v-4z"/>',
    "gear": (
        '<circle cx="12" cy="12" r="3.5"/>'
        '<path d="M12 2.5v4M12 17.5v4M2.5 12h4M17.5 12h4M5.300 5.300l2.800 2.800M15.900 15.900l2.800 2.800'
        'M18.700 5.300l-2.800 2.800M8.100 15.900l-2.800 2.800"/>'
    ),
    "grid": '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h6v6h-6z"/>',
    "history": '<path d="M4 12a8 8 0 108-8c-3 0-5.5 1.5-7 4M4 4v4h4M12 8v4l3 2"/>',
    "home": '<path d="M3 11l9-7 9 7v9h-6v-6H9v6H3z"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7v.2"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="M11 12l9-9M16 7l3 3"/>',
    "lab": '<path d="M9 3h6M10 3v6l-5 9a2 2 0 002 3h10a2 2 0 002-3l-5-9V3M7.5 15h9"/>',
    "left": '<path d="M15 6l-6 6 6 6"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V7a4 4 0 018 0v4"/>',
    "logout": '<path d="M10 4H5v16h5M15 8l4 4-4 4M19 12H9"/>',
    "menu": '<path d="M4 6h16M4 12h16M4 18h16"/>',
    "moon": '<path d="M20 14A8.5 8.5 0 0110 4a8.5 8.5 0 1010 10z"/>',
    "note": '<path d="M5 3h10l4 4v14H5zM9 12h6M9 16h6"/>',
    "people": (
        '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 5a3.5 3.5 0 010 6.5'
        'M18 14.5c2 .8 3.200 2.700 3.5 5.5"/>'
    ),
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 21c.6-4.5 3.600-7 8-7s7.400 2.5 8 7"/>',
    "phone": '<path d="M5 3h4l2 5-2.5 2a12 12 0 005.5 5.5l2-2.5 5 2v4c0 1-1 2-2 2C11 21 3 13 3 5c0-1 1-2 2-2z"/>',
    "pill": '<rect x="2.5" y="8" width="19" height="8" rx="4"/><path d="M12 8v8"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 9V3h10v6M7 17H3V9h18v8h-4M7 14h10v7H7z"/>',
    "pulse": '<path d="M3 12h4l3-7 4 14 3-7h4"/>',
    "queue": '<path d="M4 6h16M4 12h10M4 18h6"/><circle cx="18" cy="16" r="3"/>',
    "right": '<path d="M9 6l6 6-6 6"/>',
    "save": '<path d="M12 3v12M7 10l5 5 5-5M4 19h16"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l5 5"/>',
    "shield": '<path d="M12 3l8 3v6c0 5-3.5 8-8 9-4.5-1-8-4-8-9V6zM8.5 12l2.5 2.5 4.5-4.5"/>',
    "star": '<path d="M12 3.500l2.600 5.500 6 .8-4.400 4.200 1.100 6L12 17.100 6.700 20l1.100-6L3.400 9.800l6-.8z"/>',
    "steth": '<path d="M5 3v6a4 4 0 008 0V3M9 13v3a5 5 0 0010 0v-3"/><circle cx="19" cy="11" r="2"/>',
    "sun": (
        '<circle cx="12" cy="12" r="4"/><path d="M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2'
        'M7 17l-2 2"/>'
    ),
    "up": '<path d="M6 15l6-6 6 6"/>',
    "x": '<path d="M6 6l12 12M18 6L6 18"/>',
}
OTHER_NAMES = {
    "calendar": "cal",
    "close": "x",
    "doctor": "steth",
    "patients": "people",
    "settings": "gear",
    "stethoscope": "steth",
    "user": "person",
    "users": "people",
    "warning": "alert",
    "week": "cal",
}


@register.simple_tag
@lru_cache(maxsize=256)  # every page has dozens
def icon(name: str, classes: str = "icon") -> SafeString:
    """An unknown name draws a circle: a wrong sign must not take a page down."""
    drawing = ICONS.get(OTHER_NAMES.get(name, name), ICONS["circle"])
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        classes,
        mark_safe(drawing),  # noqa: S308 from the list above
    )


@register.simple_tag
def theme_choices() -> list[tuple[str, str, str]]:
    return [("auto", _("As the device"), "auto"), ("light", _("Light"), "sun"), ("dark", _("Dark"), "moon")]


@register.simple_tag(takes_context=True)
def drawn(context: Context, part: str, *names: str) -> SafeString:
    """Half of the time of a page went into drawing a frame that was drawn before. The values have to be hashable."""
    draw = _draw.__wrapped__ if settings.DEBUG else _draw
    return draw(part, get_language(), tuple((name, context.get(name)) for name in names))


@lru_cache(maxsize=1024)  # of each line of the navigation, as each role sees it
def _draw(part: str, language: str, values: tuple[tuple[str, Any], ...]) -> SafeString:
    return render_to_string(part, dict(values))


def badge(tone: str, sign: str, label: object) -> SafeString:
    """A word with a tone, for tags that know which: a list has one in each row."""
    return _draw(
        "components/badge.html", get_language(), (("tone", tone), ("sign", sign), ("label", str(label)))
    )


# ── Forms ────────────────────────────────────────────────────────────────────
NONCE = re.compile(r"[0-9a-f]{32}")


@register.simple_tag
def nonce(form: BaseForm | None = None) -> SafeString:
    """A form that comes back with an error keeps its nonce; a new form gets a new one."""
    sent = str(form.data.get("nonce", "")) if form is not None and form.is_bound else ""
    value = sent if NONCE.fullmatch(sent) else uuid4().hex
    return format_html('<input type="hidden" name="nonce" value="{}">', value)


class NativeDate(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, str]) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class NativeTime(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, str]) -> None:
        super().__init__(attrs, format="%H:%M")


class NativeDateTime(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, str]) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


NATIVE: dict[type[forms.Widget], type[NativeDate | NativeTime | NativeDateTime]] = {
    forms.DateInput: NativeDate,
    forms.TimeInput: NativeTime,
    forms.DateTimeInput: NativeDateTime,
}


@register.filter
def control_kind(field: BoundField) -> str:
    """How the label and the control stand to each other."""
    widget = field.field.widget
    if field.is_hidden:
        return "hidden"
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checks"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    return "check" if isinstance(widget, forms.CheckboxInput) else "input"


@register.filter
def as_control(field: BoundField) -> SafeString:
    """The widget with Bootstrap's class. Django itself names the help, the error and aria-invalid."""
    widget = field.field.widget
    native = NATIVE.get(type(widget))
    if native is not None:
        widget = native(widget.attrs)
        widget.is_required = field.field.widget.is_required
    given = str(widget.attrs.get("class", ""))
    look = _control_class(field)
    wrong = "is-invalid" if field.errors else ""
    classes = " ".join(filter(None, (given, look, wrong)))
    attrs: dict[str, Any] = {"class": classes} if classes else {}
    if str(field.label).lower() in str(widget.attrs.get("placeholder", "")).lower():
        attrs["placeholder"] = False  # it would only repeat the label
    return field.as_widget(widget, attrs=attrs)


def _control_class(field: BoundField) -> str:
    if control_kind(field) == "hidden":
        return ""
    if control_kind(field) != "input":
        return "form-check-input"
    return "form-select" if isinstance(field.field.widget, forms.Select) else "form-control"


# ── Times ────────────────────────────────────────────────────────────────────
register.filter("in_zone", do_timezone)


def _day_filter(name: str, pattern: str) -> None:
    """Register a filter that writes a date or datetime as it stands, without moving it to another zone."""

    def write(value: date | None) -> str:
        return date_format(value, pattern) if isinstance(value, date) else ""

    register.filter(name, write)


_day_filter("day_name", "l")
_day_filter("short_day", "D j M")
_day_filter("full_day", "l j F Y")
_day_filter("plain_date", "j M Y")
_day_filter("iso_date", "Y-m-d")


@register.filter
def clock_time(value: object) -> str:
    """09:05, of a datetime or a time."""
    return f"{value:%H:%M}" if hasattr(value, "hour") else ""


@register.filter
def day_and_time(value: datetime | None) -> str:
    return f"{date_format(value, 'j M Y')}, {value:%H:%M}" if isinstance(value, datetime) else ""


@register.filter
def iso_time(value: datetime | None) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else ""


@register.simple_tag
def age(born_on: date | None, today: date, estimated: bool = False) -> str:
    """Years; months below two years, weeks below three months, days in the first four weeks."""
    if born_on is None:
        return ""
    days = (today - born_on).days
    months = (today.year - born_on.year) * 12 + today.month - born_on.month - (today.day < born_on.day)
    if months >= 24:
        words = _("%(count)s y") % {"count": months // 12}
    elif months >= 3:
        words = _("%(count)s months") % {"count": months}
    elif days >= 28:
        words = _("%(count)s weeks") % {"count": days // 7}
    else:
        words = ngettext("%(count)s day", "%(count)s days", max(days, 0)) % {"count": max(days, 0)}
    return _("about %(age)s") % {"age": words} if estimated else words


@register.filter
def age_on_today(born_on: date | None, estimated: bool = False) -> str:
    return age(born_on, clock.today(settings.FIRST_SITE_TIME_ZONE), estimated)


# ── Words ────────────────────────────────────────────────────────────────────
@register.filter
def money_minor(amount: int | None, currency: str) -> str:
    """Integer arithmetic only. The currency comes first and does not break away from its amount."""
    if amount is None:
        return ""
    digits = minor_digits(currency)
    whole, part = divmod(abs(int(amount)), 10**digits)
    sign = "−" if amount < 0 else ""
    point = f".{part:0{digits}d}" if digits else ""
    return f"{currency}\N{NO-BREAK SPACE}{sign}{whole:,}{point}"


IRREGULAR = {
    "begin": "began",
    "check in": "checked in",
    "edit": "changed",
    "keep": "kept",
    "sign in": "signed in",
    "sign out": "signed out",
    "view": "opened",
}
WHOLE_VERBS = {
    "appointments.recall_appointment": gettext_lazy("Called again"),
    "appointments.set_priority": gettext_lazy("Changed the priority"),
    "appointments.skip_appointment": gettext_lazy("Called, did not come"),
    "appointments.undo_step": gettext_lazy("Took back a step"),
    "accounts.sign_in": gettext_lazy("Logged in"),
    "accounts.sign_out": gettext_lazy("Logged out"),
    "appointments.mark_no_show": gettext_lazy("Marked as no-show"),
    "patients.begin_care": gettext_lazy("Began care"),
    "patients.import_results": gettext_lazy("Took in a file of results"),
    "patients.keep_lab_tests": gettext_lazy("Changed the list of laboratory tests"),
    "patients.retract_result": gettext_lazy("Took back a result"),
    "patients.review_result": gettext_lazy("Reviewed results"),
    "patients.declare_care": gettext_lazy("Declared that they treat the patient"),
    "appointments.open_visit_note": gettext_lazy("Opened the note of the visit"),
    "patients.keep_note_templates": gettext_lazy("Changed the templates of notes"),
    "patients.open_encounter": gettext_lazy("Began a note"),
    "patients.open_record": gettext_lazy("Opened the record"),
    "patients.suspect_duplicate": gettext_lazy("Suspected a duplicate again"),
    "patients.take_back_death": gettext_lazy("Took back the death"),
    "patients.retract_vitals": gettext_lazy("Took back vital signs"),
    "patients.view_vitals": gettext_lazy("Opened vital signs"),
    "patients.write_note": gettext_lazy("Wrote into a draft"),
    "patients.retract_document": gettext_lazy("Took back a document"),
    "prescriptions.count_stock": gettext_lazy("Corrected the stock"),
    "prescriptions.dispense_prescription": gettext_lazy("Handed out medicines"),
    "prescriptions.receive_stock": gettext_lazy("Received a delivery"),
    "prescriptions.return_dispensing": gettext_lazy("Took back what was handed out"),
    "billing.charge_visit": gettext_lazy("Charged a visit"),
    "billing.withdraw_charge": gettext_lazy("Withdrew a charge"),
    "billing.pay_invoice": gettext_lazy("Took a payment"),
    "billing.pay_refund": gettext_lazy("Paid out a refund"),
    "billing.pass_to_patient": gettext_lazy("Passed to the patient what the payer declined"),
    "billing.discount_invoice": gettext_lazy("Gave a discount"),
    "billing.void_invoice": gettext_lazy("Made an invoice void"),
    "billing.draft_invoice": gettext_lazy("Drafted an invoice"),
    "billing.edit_invoice": gettext_lazy("Changed the draft"),
    "billing.credit_invoice": gettext_lazy("Wrote a credit note"),
    "billing.record_deposit": gettext_lazy("Took money on account"),
    "billing.apply_deposit": gettext_lazy("Paid from the deposit"),
    "billing.request_refund": gettext_lazy("Asked for a refund"),
    "billing.add_charge": gettext_lazy("Charged a service"),
    "billing.waive_charge": gettext_lazy("Did not charge something"),
    "billing.keep_price_list": gettext_lazy("Changed the price list"),
    "billing.open_till": gettext_lazy("Opened a till"),
    "billing.close_till": gettext_lazy("Counted and closed a till"),
    "billing.keep_payers": gettext_lazy("Changed payers or policies"),
    "assistant.ask": gettext_lazy("Asked the assistant"),
    "assistant.view_conversation": gettext_lazy("Opened a conversation with the assistant"),
    "assistant.stop_answer": gettext_lazy("Stopped an answer of the assistant"),
    "assistant.erase_conversation": gettext_lazy("Erased a conversation with the assistant"),
    "assistant.send_outside": gettext_lazy("Sent to a provider outside"),
    "assistant.settle_outside": gettext_lazy("Got an answer from a provider outside"),
    "assistant.view_disclosure": gettext_lazy("Opened what was sent outside"),
    "assistant.forgotten": gettext_lazy("Forgot the text of what was sent outside"),
    "assistant.erase_fact": gettext_lazy("Erased what a conversation remembered"),
}


@register.filter
def verb_label(verb: str) -> str:
    """What somebody did, in the past tense. Verbs that no list knows follow the rule of the language."""
    if verb in WHOLE_VERBS:
        return str(WHOLE_VERBS[verb])
    words = verb.rpartition(".")[2].replace("_", " ")
    for start, past in IRREGULAR.items():
        if words == start or words.startswith(f"{start} "):
            return f"{past}{words[len(start) :]}".capitalize()
    act, space, rest = words.partition(" ")
    return f"{_past(act)}{space}{rest}".capitalize()


def _past(act: str) -> str:
    if act.endswith("e"):
        return f"{act}d"
    if act.endswith("y") and act[-2:-1] not in "aeiou":
        return f"{act[:-1]}ied"
    return f"{act}led" if act.endswith("cel") else f"{act}ed"


# An appointment's status: class of the badge, name of the sign.
STATUSES = {
    "booked": ("is-booked", "circle"),
    "confirmed": ("is-confirmed", "check"),
    "arrived": ("is-arrived", "door"),
    "in_consultation": ("is-consult", "steth"),
    "completed": ("is-done", "done"),
    "no_show": ("is-noshow", "x"),
    "cancelled": ("is-cancelled", "ban"),
}


@register.filter
def status_class(status: str) -> str:
    return STATUSES.get(str(status), ("is-neutral", ""))[0]


@register.filter
def status_icon(status: str) -> str:
    return STATUSES.get(str(status), ("", "circle"))[1]


@register.filter
def outcome_tone(outcome: str) -> str:
    return {"done": "ok", "refused": "warn", "invalid": "warn"}.get(str(outcome), "danger")


TITLES = {"dr", "prof", "mr", "mrs", "ms"}


@register.filter
def initials(name: str) -> str:
    """First letters of the first and the last word; titles do not count."""
    words = [
        word for word in str(name).split() if word[:1].isalpha() and word.lower().rstrip(".") not in TITLES
    ]
    return "".join(word[0] for word in (*words[:1], *words[1:][-1:])).upper()
