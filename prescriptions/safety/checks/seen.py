"""What a check has seen: what it found, and of which medicines it could not say anything."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prescriptions.safety.given import Medicine
from prescriptions.safety.question import Check, Finding, Severity
from prescriptions.safety.ruleset import Rule


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that is broken, and by which medicines."""

    rule: str
    check: Check
    severity: Severity
    medicines: tuple[Medicine, ...]
    text: str
    source: str

    @classmethod
    def of(
        cls,
        rule: Rule,
        check: Check,
        medicines: Iterable[Medicine],
        *,
        text: str = "",
        severity: Severity | None = None,
    ) -> "Hit":
        return cls(
            rule.id, check, severity or rule.severity, tuple(medicines), text or rule.text, rule.source
        )

    @property
    def numbers(self) -> frozenset[int]:
        return frozenset(one.number for one in self.medicines)

    def told(self) -> Finding:
        names = tuple(one.name for one in self.medicines)
        return Finding(self.rule, self.check, self.severity, names, self.text, self.source)


@dataclass(frozen=True, slots=True)
class Seen:
    """`gaps`: the number of a medicine → why this check says nothing about it."""

    hits: tuple[Hit, ...]
    gaps: Mapping[int, str]


def gravest_of_each(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """Of those about the same medicines the gravest, of equals the first: one sentence is read, three are not."""
    kept: dict[frozenset[int], Hit] = {}
    for one in hits:
        before = kept.get(one.numbers)
        if before is None or one.severity.rank < before.severity.rank:
            kept[one.numbers] = one
    return tuple(kept.values())
