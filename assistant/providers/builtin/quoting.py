"""Answers out of sources: rows read out, sentences chosen; every word of them stands in what they cite."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from assistant.providers.builtin.asked import Asked
from assistant.providers.builtin.evidence import Evidence, Read, Sentence
from assistant.providers.builtin.lexicon import NAMES, Concept, Part
from assistant.providers.builtin.words import stands_in, stem, stems
from patients.clinical.measures import MEASURES

MOST_ROWS = 6
MOST_ENTRIES = 12
AGAIN = stem("followup")


@dataclass(frozen=True, slots=True)
class Statement:
    """Words of one source, and its key."""

    text: str
    source: Read

    def __str__(self) -> str:
        return f"{self.text.rstrip('. ')} [{self.source.key}]."


@dataclass
class Draft:
    """What could be answered, and which part of the question it explains: 0 to 1."""

    statements: list[Statement] = field(default_factory=list)
    explains: float = 0.0
    are_rows: bool = False  # each stands for itself; else they are read on

    def words(self, most: int) -> str:
        """Its first statements, one a line; several rows are a list."""
        lead = "- " if self.are_rows and len(self.statements) > 1 else ""
        return "\n".join(f"{lead}{one}" for one in self.statements[:most])


def from_rows(asked: Asked, evidence: Evidence) -> Draft:
    """What was asked for by its name, read out."""
    draft, explained = Draft(are_rows=True), 0.0
    for concept in asked.concepts:
        said = _READ[concept.part](asked, concept, evidence)
        explained += bool(said)
        draft.statements += [one for one in said if str(one) not in map(str, draft.statements)]
    there = stems(" ".join(f"{one.source.title} {one.source.text}" for one in draft.statements))
    there |= stems(" ".join(one.title for one in evidence.of_kind("patient")))
    if asked.has(Part.MEDICINES, Part.SAFETY):
        there |= stems(" ".join(one.text for one in evidence.of("patient_summary")))
    explained += sum(stands_in(word, there) for word in asked.rest)
    wanted = len(asked.concepts) + len(asked.rest)
    draft.explains = explained / wanted if draft.statements and wanted else 0.0
    return draft


# ── Measured ────────────────────────────────────────────────────────────────


def _labs(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    rows = [one for one in evidence.of("labs") if one.kind == "result" and _is_of(one, concept, asked)]
    return _series(
        asked, [one for one in rows if not _is_trend(one)], [one for one in rows if _is_trend(one)]
    )


def _is_trend(row: Read) -> bool:
    return row.title.endswith(", trend")


def _is_of(row: Read, concept: Concept, asked: Asked) -> bool:
    if len(asked.of(Part.LABS)) < 2:
        return True
    return row.title.removesuffix(", trend") in {NAMES.get(key, key) for key in concept.keys}


def _series(asked: Asked, rows: Sequence[Read], trends: Sequence[Read]) -> list[Statement]:
    """The newest of each test; how they moved, where that was asked; all, where days were named."""
    newest: dict[str, Read] = {}
    for one in rows:
        newest.setdefault(one.title, one)
    said = [Statement(_first(one), one) for one in trends] if asked.is_trend else []
    chosen = list(rows[:MOST_ROWS]) if any(asked.span) else list(newest.values())
    return [*said, *(Statement(_first(one), one) for one in chosen)]


def _first(source: Read) -> str:
    return source.sentences[0].text if source.sentences else source.text


def _abnormal(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    return [Statement(_first(one), one) for one in evidence.of("labs")[:MOST_ENTRIES] if not _is_trend(one)]


def _results(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    """Of one collection, in the order in which the tool gave them, and how many more there are."""
    return [Statement(_first(one), one) for one in evidence.of("labs") if not _is_trend(one)]


def _vitals(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    labels = [str(MEASURES[key].label) for key in concept.keys]
    rows = evidence.of("vitals")
    sets = [one for one in rows if not _is_trend(one) and _parts(one, labels)]
    trends = [one for one in rows if _is_trend(one) and one.title.removesuffix(", trend") in labels]
    said = [Statement(_first(one), one) for one in trends] if asked.is_trend else []
    chosen = sets[:MOST_ROWS] if any(asked.span) else sets[:1]
    return [*said, *(Statement(f"{_head(one)}: {'; '.join(_parts(one, labels))}", one) for one in chosen)]


def _head(source: Read) -> str:
    """Vital signs on 12 Nov 2026, 10:12"""
    return _first(source).split(": ")[0]


def _parts(source: Read, labels: Iterable[str]) -> list[str]:
    values = _first(source).partition(": ")[2].rstrip(".").split("; ")
    return [one for one in values if one.startswith(tuple(f"{label} " for label in labels))]


def _news2(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    scored = [
        (one, sentence)
        for one in evidence.of("vitals")
        for sentence in one.sentences
        if sentence.text.startswith("NEWS2 ")
    ]
    chosen = scored[:MOST_ROWS] if asked.is_trend or any(asked.span) else scored[:1]
    return [Statement(f"{_head(one)}: {sentence.text}", one) for one, sentence in chosen]


# ── The first page ──────────────────────────────────────────────────────────


def _person(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    about = [one for one in evidence.of("patient_summary") if one.kind == "patient"]
    wanted = "blood group" if "blood" in asked.text.casefold() else "years old"
    return [
        Statement(sentence.text, one)
        for one in about
        for sentence in one.sentences
        if wanted in sentence.text.casefold()
    ]


def _allergies(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    return _whole(evidence.of_kind("allergy"))


def _problems(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    entries = [one for one in evidence.of_kind("problem") if not one.text.startswith("Alert")]
    past = "resolved" in asked.text.casefold()
    return _whole([one for one in entries if one.text.startswith("Resolved") == past])


def _alerts(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    return _whole([one for one in evidence.of_kind("problem") if one.text.startswith("Alert")])


def _medicines(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    rows = evidence.of("prescriptions")
    named = [one for one in rows if any(stands_in(word, one.stems) for word in asked.rest)]
    return _whole(named or rows)


def _whole(rows: Sequence[Read]) -> list[Statement]:
    """Entries of a list in full, each once whichever tool has read it."""
    once = {one.text: one for one in reversed(rows)}
    chosen = [one for one in rows if once[one.text] is one][:MOST_ENTRIES]
    return [Statement(sentence.text, one) for one in chosen for sentence in one.sentences]


def _overview(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    """Who it is and what stands on the first page; then how he or she was last."""
    about = evidence.of("patient_summary")
    said = _whole([one for one in about if one.kind == "patient"])
    said += [
        Statement(_first(one), one)
        for one in about
        if one.kind != "patient" and not one.text.startswith("Resolved")
    ]
    for one in evidence.of("vitals")[:1]:
        said.append(Statement(_first(one), one))
    said += _news2(asked, concept, evidence)
    return said + _of_section("assessment", evidence.of("notes")[:1])


def _of_section(name: str, notes: Sequence[Read]) -> list[Statement]:
    return [Statement(sentence.text, one) for one in notes for sentence in sentences_in(one, name)]


# ── Visits ──────────────────────────────────────────────────────────────────


def _next_visit(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    coming = [one for one in evidence.of("appointments") if not _is_over(one)]
    several = any(word in asked.text.casefold() for word in ("appointments", "visits"))
    return _whole(coming[: MOST_ROWS if several else 1])


def _is_over(visit: Read) -> bool:
    return any(f": {word}" in visit.text for word in ("completed", "no-show", "cancelled"))


def _last_visit(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    return _whole([one for one in evidence.of("appointments") if ": completed" in one.text][:1])


def _last_note(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    return [
        Statement(sentence.text, one)
        for one in evidence.of("notes")[:1]
        for sentence in one.sentences[1:]
        if not asked.section or sentence.section == asked.section
    ]


def _follow_up(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    """What the last notes plan, what documents want repeated, and which visits are to come."""
    again = [
        Statement(sentence.text, one)
        for one in evidence.of("documents")
        for sentence in sentences_in(one, "")
        if AGAIN in sentence.stems
    ]
    coming = [one for one in evidence.of("appointments") if not _is_over(one)]
    return [*_of_section("plan", evidence.of("notes")), *again[:MOST_ROWS], *_whole(coming[:MOST_ROWS])]


def _sources_of(*tools: str) -> Callable[[Asked, Concept, Evidence], list[Statement]]:
    def said(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
        return _whole(evidence.of(*tools))

    return said


def _nothing(asked: Asked, concept: Concept, evidence: Evidence) -> list[Statement]:
    return []


_READ: dict[Part, Callable[[Asked, Concept, Evidence], list[Statement]]] = {
    Part.LABS: _labs,
    Part.ABNORMAL: _abnormal,
    Part.VITALS: _vitals,
    Part.NEWS2: _news2,
    Part.PERSON: _person,
    Part.ALLERGIES: _allergies,
    Part.PROBLEMS: _problems,
    Part.ALERTS: _alerts,
    Part.MEDICINES: _medicines,
    Part.NEXT_VISIT: _next_visit,
    Part.LAST_VISIT: _last_visit,
    Part.LAST_NOTE: _last_note,
    Part.FREE_TIMES: _sources_of("availability"),
    Part.SAFETY: _sources_of("safety_check"),
    Part.GUIDELINES: _nothing,
    Part.RESULTS: _results,
    Part.OVERVIEW: _overview,
    Part.FOLLOW_UP: _follow_up,
}


def sentences_in(source: Read, section: str) -> list[Sentence]:
    """Those that say something: not the head of a note or document, and of a section only its own."""
    found = source.sentences[1:] if source.kind in {"note", "document"} else source.sentences
    return [one for one in found if not section or one.section == section]
