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
  text|breakable               "mL/min/1.73 m²" may go on in the next line after a stroke, an e-mail address after its @

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
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from hospital import clock
from hospital.icons import drawing
from hospital.money import minor_digits

register = template.Library()
SHORT_ENOUGH = 9  # mmol/mol has room


# ── Drawings ─────────────────────────────────────────────────────────────────
@register.simple_tag
@lru_cache(maxsize=256)  # every page has dozens
def icon(name: str, classes: str = "icon") -> SafeString:
    """A sign of `hospital.icons`."""
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        classes,
        mark_safe(drawing(name)),  # noqa: S308 from our own list
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
def breakable(text: str) -> SafeString:
    """A unit or an e-mail address that goes on in the next line after a stroke or an @; short ones do not."""
    if len(text) < SHORT_ENOUGH:
        return escape(text)
    return mark_safe(re.sub("([/@])", r"\1<wbr>", escape(text)))  # noqa: S308 escaped


@register.filter
def initials(name: str) -> str:
    """First letters of the first and the last word; titles do not count."""
    words = [
        word for word in str(name).split() if word[:1].isalpha() and word.lower().rstrip(".") not in TITLES
    ]
    return "".join(word[0] for word in (*words[:1], *words[1:][-1:])).upper()
