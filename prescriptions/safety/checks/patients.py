"""What does not suit the patient: pregnancy and the function of the kidneys."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from prescriptions.safety.checks.seen import Hit, Seen
from prescriptions.safety.given import Given, Medicine
from prescriptions.safety.question import Check, Severity
from prescriptions.safety.ruleset import About, Ruleset
from prescriptions.safety.substances import substances

CHILDBEARING = (Decimal(10), Decimal(56))  # years; outside of them an unsaid pregnancy is no gap


def look_at_pregnancy(given: Given, rules: Ruleset) -> Seen:
    """Only if she is pregnant; if nobody has said, and it may be, nothing is clear."""
    question = given.question
    if question.pregnant is False or (question.pregnant is None and not _may_be(question.age_years)):
        return Seen((), {})
    if question.pregnant is None:
        return Seen(
            (), {one.number: _("Nobody has said whether the patient is pregnant") for one in given.new}
        )
    hits = _gravest_of_each(given, rules, "pregnancy", None, Check.PREGNANCY)
    return Seen(hits, _silent(given, rules, Check.PREGNANCY))


def look_at_kidneys(given: Given, rules: Ruleset) -> Seen:
    """By eGFR, in ml/min/1.73 m²."""
    egfr = given.question.egfr
    silent = _silent(given, rules, Check.KIDNEYS)
    if egfr is None:
        depends = {
            one.number: _("The function of the kidneys (eGFR) is not known")
            for one in given.new
            if not one.is_local and any(_rules_for(key, rules, "kidneys") for key in one.substances)
        }
        return Seen((), silent | depends)
    return Seen(_gravest_of_each(given, rules, "kidneys", egfr, Check.KIDNEYS), silent)


def _may_be(age: Decimal | None) -> bool:
    first, last = CHILDBEARING
    return age is None or first <= age < last


def _rules_for(substance: str, rules: Ruleset, kind: str) -> list[About]:
    return [
        rule
        for subject in sorted(rules.subjects_of(substance))
        for rule in rules.about.get(subject, ())
        if rule.kind == kind
    ]


def _gravest_of_each(
    given: Given, rules: Ruleset, kind: str, value: Decimal | None, check: Check
) -> tuple[Hit, ...]:
    """The gravest rule for each medicine; of equals the one with the lowest limit."""
    found = []
    for one in given.new:
        hits = [] if one.is_local else list(broken(one, rules, kind, value, check))
        found += sorted(hits, key=lambda hit: hit.severity.rank)[:1]
    return tuple(found)


def broken(
    medicine: Medicine, rules: Ruleset, kind: str, value: Decimal | None, check: Check
) -> Iterator[Hit]:
    """The rules of a kind that hold at this age or eGFR. A known dose that is allowed even so is no finding."""
    for key in medicine.substances:
        of_kind = _rules_for(key, rules, kind)
        for rule in sorted(of_kind, key=lambda one: (one.below is None, one.below)):
            if value is not None and not rule.holds_at(value):
                continue
            amount = medicine.amounts.get(key)
            daily = amount.daily if amount else None
            if rule.unless_daily is None or daily is None:
                yield Hit.of(rule, check, [medicine])
            elif daily > rule.unless_daily:
                yield Hit.of(
                    rule, check, [medicine], severity=min(rule.severity, Severity.SERIOUS, key=_rank)
                )


def _rank(severity: Severity) -> int:
    return severity.rank


def _silent(given: Given, rules: Ruleset, check: Check) -> dict[int, str]:
    """Medicines with a substance of which the rules of this check say nothing."""
    gaps = {}
    for one in given.new:
        silent = [key for key in one.substances if key not in rules.spoken_of[check]]
        if one.is_local:
            gaps[one.number] = _("It is used from outside; the rules speak of use in the whole body")
        elif silent:
            names = ", ".join(substances()[key].name for key in silent)
            gaps[one.number] = _("No rule speaks of %(names)s") % {"names": names}
    return gaps
