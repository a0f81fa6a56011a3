"""Medicines that should not meet: interactions, QT, and the same treatment twice."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product

from django.utils.translation import gettext as _

from prescriptions.safety.checks.seen import Hit, Seen, gravest_of_each
from prescriptions.safety.given import Given, Medicine
from prescriptions.safety.question import Check, Severity
from prescriptions.safety.ruleset import Ruleset, Together, source_of
from prescriptions.safety.substances import substances

# A basis and a rescue dose, a long and a short insulin: the same substance twice is how these are given.
_GIVEN_TWICE = """
morphine oxycodone hydromorphone fentanyl buprenorphine methadone levodopa carbidopa benserazide salbutamol formoterol
insulin-human insulin-lispro insulin-aspart
"""
GIVEN_TWICE = frozenset(_GIVEN_TWICE.split())
ALSO_FROM_OUTSIDE = frozenset({"miconazole", "timolol"})  # enough of them gets into the blood

Present = dict[str, list[tuple[Medicine, str]]]


def look(given: Given, rules: Ruleset) -> Seen:
    """Interactions and duplicates, the gravest for each set of medicines."""
    present = _present(given.medicines, rules)
    here = present.keys()
    hits = [hit for rule in rules.together if rule.needs <= here for hit in _broken(rule, present)]
    return Seen(_without_parts(gravest_of_each([*hits, *_same_substance(given)])), _gaps(given, rules))


def _present(medicines: Iterable[Medicine], rules: Ruleset) -> Present:
    """Every subject that is there → who brings it, and by which substance."""
    present: Present = {}
    for medicine in medicines:
        for key in medicine.substances:
            if medicine.is_local and key not in ALSO_FROM_OUTSIDE:
                continue
            for subject in rules.subjects_of(key):
                present.setdefault(subject, []).append((medicine, key))
    return present


def _broken(rule: Together, present: Present) -> Iterator[Hit]:
    for meeting in product(*(present[subject] for subject in rule.subjects)):
        medicines = {medicine.number: medicine for medicine, _key in meeting}
        keys = {key for _medicine, key in meeting}
        if len(medicines) != len(rule.subjects) or len(keys) != len(rule.subjects):
            continue
        if _concerns_new(medicines.values()) and not _is_little(rule, medicines.values()):
            yield Hit.of(rule, rule.check, [medicines[number] for number in sorted(medicines)])


def _is_little(rule: Together, medicines: Iterable[Medicine]) -> bool:
    """Whether the dose is known, and so small that the rule lets it pass."""
    if rule.daily is None:
        return False
    amounts = [one.amounts[rule.unless] for one in medicines if rule.unless in one.amounts]
    return any(amount.daily is not None and amount.daily <= rule.daily for amount in amounts)


def _concerns_new(medicines: Iterable[Medicine]) -> bool:
    return any(one.is_new for one in medicines)


def _same_substance(given: Given) -> Iterator[Hit]:
    for first, second in combinations(given.medicines, 2):
        both = set(first.substances) & set(second.substances) - GIVEN_TWICE
        if not both or not _concerns_new((first, second)) or first.is_local != second.is_local:
            continue
        names = ", ".join(sorted(substances()[key].name for key in both))
        text = _("The same substance twice: %(names)s. Keep one, or say that both are meant.") % {
            "names": names
        }
        yield Hit(
            "same-substance",
            Check.DUPLICATES,
            Severity.SERIOUS,
            (first, second),
            text,
            source_of("house"),
        )


def _without_parts(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Without what a graver finding about these medicines and others says already."""
    hits = tuple(hits)
    larger = [one for one in hits if len(one.numbers) > 2]
    return tuple(
        one
        for one in hits
        if not any(one.numbers < more.numbers and more.severity.rank < one.severity.rank for more in larger)
    )


def _gaps(given: Given, rules: Ruleset) -> Mapping[int, str]:
    spoken_of = rules.spoken_of[Check.INTERACTIONS]
    gaps = {}
    for one in given.new:
        silent = [key for key in one.substances if key not in spoken_of]
        if given.unknown:
            names = ", ".join(line.shown for line in given.unknown)
            gaps[one.number] = _("Nothing is known of %(names)s") % {"names": names}
        elif one.is_local and not ALSO_FROM_OUTSIDE & set(one.substances):
            gaps[one.number] = _("It is used from outside; the rules speak of use in the whole body")
        elif silent:
            names = ", ".join(substances()[key].name for key in silent)
            gaps[one.number] = _("No rule speaks of interactions of %(names)s") % {"names": names}
    return gaps
