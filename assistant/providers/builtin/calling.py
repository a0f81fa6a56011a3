"""Which tools are asked for a question: first those that rules name, then those that read texts."""

from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from assistant.providers.builtin.asked import Asked
from assistant.providers.builtin.lexicon import Concept, Part

Call = tuple[str, dict[str, Any]]
MOST = 12
MOST_READ_OUT = 8
MOST_MEDICINES = 6
OF_TEXTS = ("patient_summary", "prescriptions", "notes", "documents")
SEARCHES = ("search_chart", "search_guidelines")


def first_calls(asked: Asked, offered: Collection[str]) -> list[Call]:
    """Of the tools that are offered; none where rules see nothing in the question."""
    calls: list[Call] = []
    if asked.section or not asked.concepts:
        calls = _texts(asked)
    else:
        for concept in asked.concepts:
            calls += _CALLS[concept.part](asked, concept)
    if asked.capitals and asked.rest:
        calls.append(("patient_summary", {}))  # it may be the patient's own name
    return _offered(calls, offered)


def more_calls(asked: Asked, offered: Collection[str], made: Collection[str]) -> list[Call]:
    """What is left to be read where the first answers do not suffice."""
    if not asked.content:
        return []
    if not set(OF_TEXTS) <= {*made} | ({*OF_TEXTS} - {*offered}):
        return _offered([one for one in _texts(asked) if one[0] not in made], offered)
    pinned = "patient_summary" in offered
    left = [one for one in SEARCHES if one not in made and _is_for(one, asked, pinned=pinned)]
    return _offered([(name, {"question": asked.text[:500]}) for name in left if len(asked.text) > 2], offered)


def _is_for(search: str, asked: Asked, *, pinned: bool) -> bool:
    """Beside a chart, guidelines are searched only where they are asked for: what they say is of nobody."""
    return search != "search_guidelines" or not pinned or asked.has(Part.GUIDELINES)


def _offered(calls: list[Call], offered: Collection[str]) -> list[Call]:
    known: list[Call] = []
    for call in calls:
        if call[0] in offered and call not in known:
            known.append(call)
    return known


def _days(asked: Asked) -> dict[str, Any]:
    return {name: _text(one) for name, one in zip(("since", "until"), asked.span, strict=True) if one}


def _text(day: date) -> str:
    return day.isoformat()


def _texts(asked: Asked) -> list[Call]:
    days = _days(asked)
    whole: list[Call] = [] if days else [("patient_summary", {}), ("prescriptions", {"past": True})]
    return [*whole, ("notes", {"most": 8, **days}), ("documents", {"most": 8, **days})]


def _labs(asked: Asked, concept: Concept) -> list[Call]:
    return [("labs", {"tests": list(concept.keys), "most": MOST, **_days(asked)})]


def _vitals(asked: Asked, concept: Concept) -> list[Call]:
    return [("vitals", {"measures": list(concept.keys), "most": MOST, **_days(asked)})]


def _news2(asked: Asked, concept: Concept) -> list[Call]:
    return [("vitals", {"most": MOST, **_days(asked)})]


def _abnormal(asked: Asked, concept: Concept) -> list[Call]:
    return [("labs", {"abnormal": True, "most": MOST, **_days(asked)})]


def _summary(asked: Asked, concept: Concept) -> list[Call]:
    return [("patient_summary", {})]


def _medicines(asked: Asked, concept: Concept) -> list[Call]:
    more: list[Call] = [("patient_summary", {})] if asked.rest else []
    return [("prescriptions", {"past": True} if asked.is_past else {}), *more]


def _next_visit(asked: Asked, concept: Concept) -> list[Call]:
    return [("appointments", {"coming": True, **_days(asked)})]


def _last_visit(asked: Asked, concept: Concept) -> list[Call]:
    return [("appointments", _days(asked))]


def _last_note(asked: Asked, concept: Concept) -> list[Call]:
    return [("notes", {"most": 1, **_days(asked)})]


def _free_times(asked: Asked, concept: Concept) -> list[Call]:
    named = [one for one in asked.capitals if one.casefold() not in {"dr", "doctor"}]
    return [("availability", {"doctor": named[0].removeprefix("Dr ")} if named else {})]


def _safety(asked: Asked, concept: Concept) -> list[Call]:
    names = list(asked.medicines or asked.rest)[:MOST_MEDICINES]
    return [("safety_check", {"medicines": names})] if names else []


def _results(asked: Asked, concept: Concept) -> list[Call]:
    return [("labs", {"collection": True, "most": MOST_READ_OUT, **_days(asked)})]


def _overview(asked: Asked, concept: Concept) -> list[Call]:
    return [("patient_summary", {}), ("vitals", {"most": 1}), ("notes", {"most": 1})]


def _follow_up(asked: Asked, concept: Concept) -> list[Call]:
    days = _days(asked)
    return [
        ("notes", {"most": 2, **days}),
        ("documents", {"most": 4, **days}),
        ("appointments", {"coming": True}),
    ]


def _guidelines(asked: Asked, concept: Concept) -> list[Call]:
    return [("search_guidelines", {"question": asked.text[:500]})]


_CALLS: dict[Part, Callable[[Asked, Concept], list[Call]]] = {
    Part.LABS: _labs,
    Part.ABNORMAL: _abnormal,
    Part.VITALS: _vitals,
    Part.NEWS2: _news2,
    Part.PERSON: _summary,
    Part.ALLERGIES: _summary,
    Part.PROBLEMS: _summary,
    Part.ALERTS: _summary,
    Part.MEDICINES: _medicines,
    Part.NEXT_VISIT: _next_visit,
    Part.LAST_VISIT: _last_visit,
    Part.LAST_NOTE: _last_note,
    Part.FREE_TIMES: _free_times,
    Part.SAFETY: _safety,
    Part.GUIDELINES: _guidelines,
    Part.RESULTS: _results,
    Part.OVERVIEW: _overview,
    Part.FOLLOW_UP: _follow_up,
}
