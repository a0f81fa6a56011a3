"""Notes with identifiers in every way of writing, looked for in the bytes that arrive."""

import pytest

from assistant.tests import report_privacy
from assistant.tests.report_privacy import Judged, report

NOTES = 60
SEED = 7


def check(results: list[Judged]) -> None:
    assert [one.left for one in results] == [[]] * len(results)
    assert not sum(one.refused for one in results)
    assert sum(one.recall for one in results) / len(results) >= 0.9
    assert max(one.destroyed for one in results) <= 0.02


def test_few_notes() -> None:
    check(report(NOTES, (SEED,)))


@pytest.mark.soak
def test_as_many_notes_as_the_issue_names() -> None:
    check(report(report_privacy.NOTES, report_privacy.SEEDS))
