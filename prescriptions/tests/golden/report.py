"""How the rules do on the golden set, asked and answered in the shapes of the endpoint, and in words."""

from collections.abc import Iterator
from typing import Any

from prescriptions.safety.engine import check
from prescriptions.safety.ruleset import ruleset
from prescriptions.serializers.catalogue import SafetyQuestionSerializer, SafetyReportSerializer, as_question
from prescriptions.tests.golden import (
    CASES,
    CLEAR,
    GRADES,
    NOT_SCREENED,
    Answer,
    Measured,
    cases,
    expecting,
    measure,
)

# What the issue asks for.
CONTRAINDICATED, OVERALL, FALSE_ALARMS, LEFT_OPEN = 1.0, 0.97, 0.03, 1.0


def answered(body: dict[str, Any]) -> dict[str, Any]:
    """What `POST /api/v1/safety/check` answers to this body."""
    asked = SafetyQuestionSerializer(data=body)
    asked.is_valid(raise_exception=True)
    return dict(SafetyReportSerializer(check(as_question(asked.validated_data))).data)


def measured(of: str = CASES) -> Measured:
    return measure(answered, of)


def aims_met(figures: Measured) -> bool:
    return (
        figures.contraindicated >= CONTRAINDICATED
        and figures.overall >= OVERALL
        and figures.false_alarms <= FALSE_ALARMS
        and figures.left_open >= LEFT_OPEN
    )


def written(figures: Measured, of: str = CASES) -> str:
    """The report, for people."""
    return "\n".join([*_figures(figures, of), *_wrong(figures)])


def _figures(figures: Measured, of: str) -> Iterator[str]:
    dangers, harmless, open_ones = (
        len(list(expecting(*kinds, of=of))) for kinds in (GRADES, (CLEAR,), (NOT_SCREENED,))
    )
    forbidden = len(list(expecting("contraindicated", of=of)))
    yield f"Rule set {ruleset().version}, {len(cases(of))} cases of {of}"
    yield from (
        f"  {share:6.1%}  {what} ({number} cases; aim {aim})"
        for share, what, number, aim in (
            (figures.contraindicated, "of the contraindicated found as such", forbidden, "100 %"),
            (figures.overall, "of all dangers found", dangers, "at least 97 %"),
            (figures.graded, "of all dangers found and graded as high as expected", dangers, "none"),
            (figures.false_alarms, "of the harmless cause a false alarm", harmless, "at most 3 %"),
            (figures.left_open, "of what cannot be screened is said to be so", open_ones, "100 %"),
        )
    )


def _wrong(figures: Measured) -> Iterator[str]:
    for case, answer in figures.wrong:
        yield f"{case.case}: expected {case.expected}, {case.because} ({case.source})"
        yield f"    {'; '.join(case.medicines)} | {'; '.join(case.allergies)} | {case.patient}"
        yield from (f"    found: {line}" for line in _found(answer))


def _found(answer: Answer) -> Iterator[str]:
    for one in answer["findings"]:
        yield f"{one['severity']} {one['rule']}: {', '.join(one['medicines'])}"
