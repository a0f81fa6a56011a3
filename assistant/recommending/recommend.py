"""From a diagnosis to candidates: looked up, turned into lines, checked with this patient's data, and put in order."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from assistant.recommending.diagnosis import Diagnosis, Fit
from assistant.recommending.finding import Placed, rows_for
from assistant.recommending.limits import Verdict, judged
from assistant.recommending.lines import line_of, products_for
from assistant.recommending.tables import Row, Unread
from assistant.sources import Citation, Kind
from patients.models import Patient
from prescriptions.asking import Checked, checked_each
from prescriptions.dosage import Written
from prescriptions.models import Product
from prescriptions.safety.question import Check, Finding, Severity

MOST_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Reason:
    """What speaks against a candidate. `source` is a rule's, or the title of a guideline."""

    text: str
    source: str
    severity: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that a guideline gives. `not_screened` is what nobody has looked at: never to be read as clear.

    `key` says which row it is, in the words that it has now. A blocked one is not offered; `blocked` says why.
    """

    key: str
    condition: str
    codes: tuple[str, ...]
    fit: Fit
    line: Written
    blocked: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    not_screened: tuple[str, ...]
    sources: tuple[Citation, ...]
    is_demonstration: bool

    @property
    def is_blocked(self) -> bool:
        return bool(self.blocked)

    @property
    def in_catalogue(self) -> bool:
        return bool(self.line.product)


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A row that somebody has to read, and why."""

    text: str
    why: str
    source: Citation


@dataclass(frozen=True, slots=True)
class Recommended:
    """`candidates` may be prescribed, the best first; `missing` is a sentence where not everything was searched."""

    diagnosis: Diagnosis
    candidates: tuple[Candidate, ...] = ()
    blocked: tuple[Candidate, ...] = ()
    not_understood: tuple[NotUnderstood, ...] = ()
    missing: str = ""
    left_out: tuple[str, ...] = ()

    def with_key(self, key: str) -> Candidate | None:
        """One that may be prescribed."""
        return next((one for one in self.candidates if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Thought:
    """A row that is a line now."""

    placed: Placed
    row: Row
    line: Written
    sources: tuple[Citation, ...]


def recommend(patient: Patient, diagnosis: Diagnosis, *, by: User) -> Recommended:
    """What the guidelines that this user may see give for it, for this patient. At most thirteen queries.

    Whether this user may open the chart is for the caller to have asked.
    """
    placed, missing = rows_for(diagnosis, by=by)
    rows = [one.row for one in placed if isinstance(one.row, Row)]
    products = products_for(rows)
    thoughts, unread = thoughts_of(placed[:MOST_CANDIDATES], products)
    answers = checked_each(patient, [[one.line] for one in thoughts]) if thoughts else []
    every = [candidate_of(one, answer) for one, answer in zip(thoughts, answers, strict=True)]
    every.sort(key=_order)
    return Recommended(
        diagnosis,
        tuple(one for one in every if not one.is_blocked),
        tuple(one for one in every if one.is_blocked),
        tuple(unread),
        missing or _left_off(len(placed)),
        tuple(answers[0].asked["left_out"]) if answers else (),
    )


def _left_off(number: int) -> str:
    if number <= MOST_CANDIDATES:
        return ""
    return _(
        "Only the first %(most)s of %(number)s rows were looked at. Name the diagnosis more exactly."
    ) % {
        "most": MOST_CANDIDATES,
        "number": number,
    }


def thoughts_of(
    placed: Iterable[Placed], products: Mapping[str, Sequence[Product]]
) -> tuple[list[Thought], list[NotUnderstood]]:
    """Each line once, with all the places in which it stands; and what cannot become one."""
    lines: dict[tuple[str, ...], Thought] = {}
    unread: list[NotUnderstood] = []
    for one in placed:
        source = _source(one)
        if isinstance(one.row, Unread):
            unread.append(NotUnderstood(one.row.text, one.row.why, source))
            continue
        try:
            line = line_of(one.row, products)
        except ValidationError as error:
            unread.append(NotUnderstood(one.row.text, " ".join(error.messages), source))
            continue
        same = (*sorted(one.row.substances), line.text, line.route, *one.row.when_not)
        held = lines.get(same)
        lines[same] = (
            replace(held, sources=(*held.sources, source)) if held else Thought(one, one.row, line, (source,))
        )
    return list(lines.values()), unread


def _source(placed: Placed) -> Citation:
    passage = placed.passage
    return Citation(
        key_of(placed), Kind.GUIDELINE, placed.guideline.title, placed.row.text, passage.get_absolute_url()
    )


def key_of(placed: Placed) -> str:
    said = f"{placed.passage.pk}\n{placed.number}\n{placed.row.text}"
    return hashlib.sha256(said.encode()).hexdigest()[:20]


def candidate_of(thought: Thought, answer: Checked) -> Candidate:
    """With what the rules and the guideline itself say against it."""
    findings = [one.finding for one in answer.findings]
    verdicts = {limit: judged(limit, answer.asked) for limit in thought.row.when_not}
    held = [limit for limit, verdict in verdicts.items() if verdict is Verdict.HOLDS]
    left = [limit for limit, verdict in verdicts.items() if verdict is Verdict.OPEN]
    return Candidate(
        key=thought.sources[0].id,
        condition=thought.row.condition,
        codes=thought.row.codes,
        fit=thought.placed.fit,
        line=thought.line,
        blocked=(*(_reason(one) for one in findings if _blocks(one)), *(_held(one, thought) for one in held)),
        warnings=tuple(_reason(one) for one in findings if not _blocks(one)),
        not_screened=tuple(dict.fromkeys(_open(answer, left))),
        sources=thought.sources,
        is_demonstration=thought.placed.guideline.is_demonstration,
    )


def _held(limit: str, thought: Thought) -> Reason:
    return Reason(
        _("The guideline says: not with %(limit)s.") % {"limit": limit}, thought.placed.guideline.title
    )


def _blocks(finding: Finding) -> bool:
    """What may be signed only against an answer; an allergy blocks as soon as it is serious."""
    if finding.severity is Severity.CONTRAINDICATED:
        return True
    return finding.check is Check.ALLERGIES and finding.severity is Severity.SERIOUS


def _reason(finding: Finding) -> Reason:
    return Reason(finding.text, finding.source, finding.severity.value)


def _open(answer: Checked, left: Sequence[str]) -> Iterator[str]:
    """What the rules could not look at, and what the guideline says that no rule here can judge."""
    yield from (one.why for one in answer.not_screened)
    if left:
        yield _("The guideline says: not with %(limits)s. Nobody has looked at that.") % {
            "limits": "; ".join(left)
        }


def _order(one: Candidate) -> tuple[int, int, int]:
    """What fits best, then what is warned of least, then of what most was looked at; else as the guideline has it."""
    gravest = min((Severity(reason.severity).rank for reason in one.warnings), default=len(Severity))
    return one.fit.rank, -gravest, len(one.not_screened)
