"""One question, all checks, one report. Deterministic; no network and no database."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prescriptions.safety.checks import allergies, doses, patients, together
from prescriptions.safety.checks.seen import Hit, Seen
from prescriptions.safety.given import Given, understood
from prescriptions.safety.names import did_you_mean
from prescriptions.safety.question import Check, Line, NotScreened, Question, Report, Screened
from prescriptions.safety.ruleset import ruleset

LABELS = {
    Check.ALLERGIES: gettext_lazy("Allergies"),
    Check.INTERACTIONS: gettext_lazy("Interactions"),
    Check.DUPLICATES: gettext_lazy("Duplicates"),
    Check.DOSE: gettext_lazy("Dose"),
    Check.PREGNANCY: gettext_lazy("Pregnancy"),
    Check.KIDNEYS: gettext_lazy("Kidneys"),
}


def check(question: Question) -> Report:
    """What is found, what is clear, what could not be checked and why."""
    rules = ruleset()
    given = understood(question)
    meetings = together.look(given, rules)
    seen = {
        Check.ALLERGIES: allergies.look(given, rules),
        Check.INTERACTIONS: meetings,
        Check.DUPLICATES: Seen(meetings.hits, {}),
        Check.DOSE: doses.look(given, rules),
        Check.PREGNANCY: patients.look_at_pregnancy(given, rules),
        Check.KIDNEYS: patients.look_at_kidneys(given, rules),
    }
    hits = [hit for kind, one in seen.items() for hit in one.hits if hit.check is kind]
    return Report(
        tuple(hit.told() for hit in sorted(hits, key=_order)),
        tuple(_screened(given, seen)),
        (*_unknown(given), *_not_screened(given, seen)),
        rules.version,
    )


def _order(hit: Hit) -> tuple[int, int, str]:
    """The gravest first, then in the order of the checks."""
    return hit.severity.rank, list(Check).index(hit.check), hit.rule


def _screened(given: Given, seen: Mapping[Check, Seen]) -> Iterator[Screened]:
    found = {
        (kind, medicine.number)
        for kind, one in seen.items()
        for hit in one.hits
        if hit.check is kind
        for medicine in hit.medicines
    }
    for medicine in given.new:
        number = medicine.number
        clear = tuple(
            kind for kind, one in seen.items() if (kind, number) not in found and number not in one.gaps
        )
        if clear:
            yield Screened(medicine.name, clear)


def _not_screened(given: Given, seen: Mapping[Check, Seen]) -> Iterator[NotScreened]:
    for medicine in given.new:
        for kind, one in seen.items():
            if medicine.number in one.gaps:
                yield NotScreened(medicine.name, f"{LABELS[kind]}: {one.gaps[medicine.number]}.")


def _unknown(given: Given) -> Iterator[NotScreened]:
    for line in given.unknown:
        yield NotScreened(line.shown, _why_unknown(line))


def _why_unknown(line: Line) -> str:
    near = did_you_mean(line.name)
    if near:
        names = ", ".join(near)
        return _("Nothing was checked: this medicine is not known here. Is %(names)s meant?") % {
            "names": names
        }
    return _("Nothing was checked: this medicine is not known here.")
