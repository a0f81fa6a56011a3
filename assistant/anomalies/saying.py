"""What a finding says to a person: its numbers, what it may mean, what to do."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistant.anomalies.finding import Kind
from patients.clinical.news2 import PARAMETERS
from patients.clinical.units import unit_in_words

Facts = Mapping[str, Any]
Words = Iterator[tuple[str, str]]

# kind → what it may mean, what to do
ADVICE: Mapping[str, tuple[str | Promise, str | Promise]] = {
    Kind.CRITICAL_VALUE: (
        gettext_lazy("The value lies beyond the limit at which somebody is called."),
        gettext_lazy("Look at the patient now. If the value does not fit, have the sample taken again."),
    ),
    Kind.DECIMAL_POINT: (
        gettext_lazy(
            "With its point moved by one place the number fits this patient; as it stands it does not."
        ),
        gettext_lazy("Ask where the number was written down. A wrong entry is taken back and written anew."),
    ),
    Kind.MIX_UP: (
        gettext_lazy(
            "Several values of one sample are at once far from this patient’s own: it may be another’s."
        ),
        gettext_lazy("Do not act on these values alone. Ask the laboratory, and have a new sample taken."),
    ),
    Kind.FAR_FROM_OWN: (
        gettext_lazy("The value has moved further than this patient’s values do."),
        gettext_lazy("See whether illness or treatment explains it; else have it measured again."),
    ),
    Kind.EARLY_WARNING: (
        gettext_lazy(
            "Several vital signs together, or one alone, say that the patient may be getting worse."
        ),
        gettext_lazy("Assess the patient as the score asks for."),
    ),
    Kind.DOSE: (
        gettext_lazy("The dose of a day is several times more or less than is usual."),
        gettext_lazy("Check strength, dose and how often; if it is meant so, dismiss this and say why."),
    ),
    Kind.SAME_MEDICINE: (
        gettext_lazy("An earlier prescription of the same medicine still runs."),
        gettext_lazy("Stop the one that is no longer meant, so that nobody takes both."),
    ),
    Kind.DUPLICATE_CHARGE: (
        gettext_lazy("The same service was charged more than once for one patient on one day."),
        gettext_lazy("If it was done once, waive or credit one of them; if it was done twice, dismiss this."),
    ),
    Kind.DISCOUNT: (
        gettext_lazy("The discount is larger than those that are usually given."),
        gettext_lazy("Read the reason on the invoice, and ask whoever issued it if it does not explain it."),
    ),
    Kind.REFUNDS: (
        gettext_lazy(
            "Refunds of one person are more than usual, or keep just below what needs a second person."
        ),
        gettext_lazy("Look at their receipts and reasons. There may be a good one; ask before you conclude."),
    ),
    Kind.SNOOPING: (
        gettext_lazy(
            "Somebody has opened the record of a person of the same family name, and did nothing there."
        ),
        gettext_lazy("Ask what it was for. Chance, or an errand that nobody wrote down, is possible."),
    ),
    Kind.DENIALS: (
        gettext_lazy("Somebody was turned away at the records of several patients in a day."),
        gettext_lazy("Ask what was wanted: a right may be missing, or an account be in other hands."),
    ),
    Kind.VOLUME: (
        gettext_lazy("Somebody has opened many more records than on the own working days before."),
        gettext_lazy(
            "See whether the work of the day explains it; else ask, and lock the account if need be."
        ),
    ),
}


def numbers(kind: str, facts: Facts) -> list[tuple[str, str]]:
    """Each with what it is called."""
    return [(label, text) for label, text in _SAID[Kind(kind)](facts) if text]


def in_short(kind: str, facts: Facts) -> str:
    """The first of the numbers, for a list."""
    first = numbers(kind, facts)[:2]
    return " · ".join(f"{label}: {text}" for label, text in first)


def advice(kind: str) -> tuple[str, str]:
    means, to_do = ADVICE[kind]
    return str(means), str(to_do)


def _with_unit(value: Any, unit: str) -> str:
    return f"{value} {unit_in_words(unit)}".strip() if value not in {None, ""} else ""


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "j M Y")


def _of_own(facts: Facts) -> Words:
    unit = facts["unit"]
    yield str(facts["name"]), _with_unit(facts["value"], unit)
    yield _("Usual for the patient"), _with_unit(facts.get("usual"), unit)
    yield _("Last value"), _with_unit(facts.get("last"), unit)
    yield _("Earlier values"), str(facts.get("earlier") or "")


def _critical(facts: Facts) -> Words:
    unit = facts["unit"]
    yield str(facts["name"]), _with_unit(facts["value"], unit)
    yield _("Called below"), _with_unit(facts.get("low"), unit)
    yield _("Called above"), _with_unit(facts.get("high"), unit)
    yield _("Marked by"), _("the laboratory") if facts["by_laboratory"] else ""
    yield _("Limits from"), str(facts.get("source", ""))


def _decimal(facts: Facts) -> Words:
    words = list(_of_own(facts))
    yield words[0]
    yield _("Would fit"), _with_unit(facts["meant"], facts["unit"])
    yield from words[1:]


def _far(facts: Facts) -> Words:
    yield from _of_own(facts)
    yield _("Distance (robust z)"), str(facts["z"])


def _mixed(facts: Facts) -> Words:
    for one in facts["tests"]:
        said = _("%(value)s; usual %(usual)s, last %(last)s (z %(z)s)")
        words = {"value": _with_unit(one["value"], one["unit"]), "usual": one["usual"], "last": one["last"]}
        yield str(one["name"]), said % (words | {"z": one["z"]})
    yield _("Tests compared"), str(facts["count"])
    yield _("Evidence (log of the odds)"), str(facts["evidence"])


def _warned(facts: Facts) -> Words:
    yield "NEWS2", str(facts["total"])
    yield (
        _("Points"),
        ", ".join(f"{PARAMETERS.get(name, name)} {points}" for name, points in facts["points"].items()),
    )
    yield _("Source"), str(facts["source"])


def _dose(facts: Facts) -> Words:
    of = _("the patient’s own") if facts["of"] == "patient" else _("others in this house")
    yield str(facts["medicine"]), _("%(dose)s a day") % {"dose": _with_unit(facts["value"], facts["unit"])}
    yield _("Usual"), _("%(dose)s a day") % {"dose": _with_unit(facts["usual"], facts["unit"])}
    yield _("Compared with"), f"{of} ({facts['count']})"
    yield _("Times"), str(facts["factor"])


def _again(facts: Facts) -> Words:
    yield str(facts["medicine"]), _("%(dose)s a day") % {"dose": _with_unit(facts["value"], facts["unit"])}
    yield _("Earlier one"), _("%(dose)s a day") % {"dose": _with_unit(facts["before"], facts["unit"])}
    yield _("Signed"), _day(facts["before_on"])
    yield _("Days left of it"), str(facts["days"])


def _charged(facts: Facts) -> Words:
    yield str(facts["service"]), str(facts["amount"])
    yield _("Day"), _day(facts["on"])
    yield _("Times charged"), str(facts["times"])
    yield _("Same amount"), _("yes") if facts["same_amount"] else _("no")


def _discount(facts: Facts) -> Words:
    of = _("the same person") if facts["of"] == "person" else _("the house")
    yield _("Discount"), f"{facts['share']} % ({facts['discount']})"
    yield _("Invoice"), str(facts["number"])
    yield _("Usual"), f"{facts['usual']} %" if "usual" in facts else _("too few to compare")
    yield _("Compared with"), f"{of} ({facts['count']})"


def _refunds(facts: Facts) -> Words:
    yield _("Refunds"), _("%(count)s in %(days)s days") % {"count": facts["count"], "days": facts["days"]}
    if facts["pattern"] == "below_limit":
        yield _("Just below the limit"), f"{facts['near']} ({', '.join(facts['amounts'])})"
        yield _("Limit"), str(facts["limit"])
    else:
        yield _("Others on average"), f"{facts['usual']} ({facts['others']})"


def _snooped(facts: Facts) -> Words:
    yield _("Times opened today"), str(facts["opened"])
    yield _("Same family name"), _("yes")
    yield _("Other work for the patient"), _("none known")


def _denied(facts: Facts) -> Words:
    yield _("Patients"), str(facts["patients"])
    yield _("Times turned away"), str(facts["times"])
    yield _("Told from"), str(facts["limit"])


def _volume(facts: Facts) -> Words:
    yield _("Records today"), str(facts["value"])
    yield _("Usual day"), str(facts["usual"])
    yield _("Days compared"), str(len(facts["days"]))
    yield _("Distance (robust z)"), str(facts["z"])


_SAID: Mapping[str, Callable[[Facts], Words]] = {
    Kind.CRITICAL_VALUE: _critical,
    Kind.DECIMAL_POINT: _decimal,
    Kind.MIX_UP: _mixed,
    Kind.FAR_FROM_OWN: _far,
    Kind.EARLY_WARNING: _warned,
    Kind.DOSE: _dose,
    Kind.SAME_MEDICINE: _again,
    Kind.DUPLICATE_CHARGE: _charged,
    Kind.DISCOUNT: _discount,
    Kind.REFUNDS: _refunds,
    Kind.SNOOPING: _snooped,
    Kind.DENIALS: _denied,
    Kind.VOLUME: _volume,
}
