"""Allergies: the same substance, the same class, and what cross-reacts."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from prescriptions.safety.checks.seen import Hit, Seen
from prescriptions.safety.given import Given, Medicine
from prescriptions.safety.names import did_you_mean, resolve
from prescriptions.safety.question import Check, Severity
from prescriptions.safety.ruleset import Ruleset, source_of

_FILLING = re.compile(
    r"\b(?:allergy|allergies|allergic|hypersensitivity|anaphylaxis|intolerance|to|with|any|all|drugs?)\b|[^\w/+-]"
)

_GAPS = str.maketrans("_-", "  ")


@dataclass(frozen=True, slots=True)
class Allergen:
    """What somebody is allergic to: a substance or a class, with all subjects that hold for it."""

    text: str
    subjects: frozenset[str]


def look(given: Given, rules: Ruleset) -> Seen:
    """The gravest finding for each medicine."""
    if given.question.allergies is None:
        return Seen((), {one.number: _("Nobody has said which allergies there are") for one in given.new})
    known, unknown = [], []
    for text in given.question.allergies:
        found = understood(text, rules)
        if found is None:
            unknown.append(text)
        else:
            known.append(found)
    hits = tuple(hit for one in given.new for hit in _gravest(one, known, rules))
    return Seen(hits, _gaps(given, unknown))


def understood(text: str, rules: Ruleset) -> Allergen | None:
    """A class, a medicine, or something that is no medicine (no subjects). None: nobody knows what is meant."""
    for words in (_plain(text), _bare(text)):
        if words in rules.allergens:
            return Allergen(text, _with_groups(rules.allergens[words], rules))
    meant = resolve(text.replace("_", " ")) or resolve(_bare(text))
    if meant is None:
        return None
    return Allergen(text, _with_groups(meant.substances, rules))


def _with_groups(subjects: Iterable[str], rules: Ruleset) -> frozenset[str]:
    return frozenset[str]().union(*(rules.subjects_of(key) for key in subjects))


def _plain(text: str) -> str:
    return " ".join(text.casefold().translate(_GAPS).split())


def _bare(text: str) -> str:
    return " ".join(_FILLING.sub(" ", _plain(text)).split())


def _gravest(medicine: Medicine, allergens: list[Allergen], rules: Ruleset) -> list[Hit]:
    hits = [hit for one in allergens for hit in _crossing(medicine, one, rules)]
    return sorted(hits, key=lambda hit: hit.severity.rank)[:1]


def _crossing(medicine: Medicine, allergen: Allergen, rules: Ruleset) -> Iterator[Hit]:
    subjects = _with_groups(medicine.substances, rules)
    for rule in rules.allergies:
        if rule.allergen in allergen.subjects and rule.medicine in subjects:
            yield Hit.of(rule, Check.ALLERGIES, [medicine])
    if allergen.subjects & set(medicine.substances):
        text = _("Allergic to this very substance: %(allergen)s.") % {"allergen": allergen.text}
        yield Hit(
            "allergy-same-substance",
            Check.ALLERGIES,
            Severity.CONTRAINDICATED,
            (medicine,),
            text,
            source_of("house"),
        )


def _gaps(given: Given, unknown: list[str]) -> dict[int, str]:
    if not unknown:
        return {}
    why = "; ".join(_unknown(text) for text in unknown)
    return {one.number: why for one in given.new}


def _unknown(text: str) -> str:
    near = did_you_mean(text)
    if near:
        return _("The allergy “%(text)s” is not known here. Is %(near)s meant?") % {
            "text": text,
            "near": ", ".join(near),
        }
    return _("The allergy “%(text)s” is not known here") % {"text": text}
