"""Doses: at once, in a day over all lines, for the weight of a child; how often; and ages that do not suit."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _

from prescriptions.safety.checks.patients import broken
from prescriptions.safety.checks.seen import Hit, Seen
from prescriptions.safety.given import Given, Medicine
from prescriptions.safety.question import Check, Severity
from prescriptions.safety.ruleset import Limit, Ruleset
from prescriptions.safety.substances import substances

ADULT = Decimal(18)
ROUNDED = Decimal("1.1")  # a dose by weight is rounded to a spoon or a tablet: a tenth more is no finding
FAR_TOO_MUCH = 2  # times a limit: contraindicated


def look(given: Given, rules: Ruleset) -> Seen:
    """The gravest finding for each medicine and substance, and the ages that do not suit."""
    hits: list[Hit] = []
    gaps: dict[int, str] = {}
    for medicine in given.new:
        if medicine.is_local:
            gaps[medicine.number] = _("It is used from outside; the rules speak of use in the whole body")
            continue
        for key in medicine.substances:
            hits += _worst(_too_much(medicine, key, given, rules))
            why = _gap(medicine, key, given, rules)
            if why:
                gaps.setdefault(medicine.number, why)
        if given.question.age_years is not None:
            hits += _worst(broken(medicine, rules, "age", given.question.age_years, Check.DOSE))
    return Seen(_once(hits), gaps)


def _worst(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: hit.severity.rank)[:1]


def _once(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """A sum over several lines is found for each of them: told once."""
    return tuple({(hit.rule, hit.numbers): hit for hit in hits}.values())


def limit_for(substance: str, age: Decimal | None, rules: Ruleset) -> Limit | None:
    """The limit at this age. Age unknown: the largest there is, which nobody may exceed."""
    limits = rules.limits.get(substance, ())
    if age is None:
        return max(limits, key=lambda one: (one.daily or Decimal(0), one.single or Decimal(0)), default=None)
    return next((one for one in limits if one.holds_at(age)), None)


def _too_much(medicine: Medicine, key: str, given: Given, rules: Ruleset) -> Iterator[Hit]:
    yield from _too_often(medicine, key, rules)
    amount = medicine.amounts.get(key)
    limit = limit_for(key, given.question.age_years, rules)
    if amount is None or limit is None:
        return
    name, weight = substances()[key].name, given.question.weight_kg
    most_at_once = _smaller(limit.single, limit.single_per_kg, weight)
    if most_at_once is not None and amount.single > most_at_once:
        text = _("%(amount)s mg of %(name)s at once; the most is %(most)s mg.")
        yield _over(limit, [medicine], text, name, amount.single, most_at_once)
    most_in_a_day = _smaller(limit.daily, limit.daily_per_kg, weight)
    takers, total = _in_a_day(key, given)
    if most_in_a_day is not None and total > most_in_a_day:
        text = _("%(amount)s mg of %(name)s in a day; the most is %(most)s mg.")
        may_be_loading = limit.single is not None and total <= limit.single
        yield _over(limit, takers, text, name, total, most_in_a_day, mild=may_be_loading)


def _over(
    limit: Limit,
    medicines: Iterable[Medicine],
    text: str,
    name: str,
    amount: Decimal,
    most: Decimal,
    *,
    mild: bool = False,
) -> Hit:
    """A first, large dose that is within the limit for one is `mild`: nobody can see whether it is given daily."""
    said = text % {"amount": _written(amount), "name": name, "most": _written(most)}
    far_too_much = amount > FAR_TOO_MUCH * most and not mild
    grave = Severity.CONTRAINDICATED if far_too_much else limit.severity
    return Hit.of(limit, Check.DOSE, medicines, text=f"{said} {limit.text}".strip(), severity=grave)


def _too_often(medicine: Medicine, key: str, rules: Ruleset) -> Iterator[Hit]:
    times = medicine.line.times_a_day
    for rule in rules.often.get(key, ()):
        if times is not None and times > rule.times_a_day:
            yield Hit.of(rule, Check.DOSE, [medicine])


def _in_a_day(key: str, given: Given) -> tuple[list[Medicine], Decimal]:
    """The lines with this substance whose dose is known, and what they add up to."""
    takers, total = [], Decimal(0)
    for one in given.medicines:
        amount = one.amounts.get(key)
        if amount is not None and amount.daily is not None and not one.is_local:
            takers.append(one)
            total += amount.daily
    return takers, total


def _smaller(most: Decimal | None, most_per_kg: Decimal | None, weight: Decimal | None) -> Decimal | None:
    by_weight = None if most_per_kg is None or weight is None else most_per_kg * weight * ROUNDED
    return min((one for one in (most, by_weight) if one is not None), default=None)


def _written(amount: Decimal) -> str:
    rounded = amount.quantize(Decimal("0.001")).normalize()
    return f"{rounded:f}"


# ── What could not be said ──────────────────────────────────────────────────


def _gap(medicine: Medicine, key: str, given: Given, rules: Ruleset) -> str:
    """Why the dose of this substance is not clear; "" if it was looked at in full."""
    name, question = substances()[key].name, given.question
    if key not in rules.spoken_of[Check.DOSE]:
        return _("No rule speaks of the dose of %(name)s") % {"name": name}
    if question.age_years is None:
        return _("The age is not known")
    limit = limit_for(key, question.age_years, rules)
    if limit is None:
        return _("No rule speaks of the dose of %(name)s at this age") % {"name": name}
    if limit.needs_weight and question.weight_kg is None:
        return _("The weight is not known")
    return _gap_in_lines(key, name, given)


def _gap_in_lines(key: str, name: str, given: Given) -> str:
    for one in given.medicines:
        if key not in one.substances or one.is_local:
            continue
        amount = one.amounts.get(key)
        if amount is None:
            return _("The dose of %(name)s is not known in milligrams") % {"name": name}
        if amount.daily is None:
            return _("Nobody has said how often %(name)s is given") % {"name": name}
    return ""
