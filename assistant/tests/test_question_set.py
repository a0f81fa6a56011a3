"""The set of questions: large enough, halved by nobody's choice, about charts that hold what is expected."""

from collections import Counter

import pytest

from assistant.tests.question_set.reading import questions
from assistant.tests.question_set.world import planted
from patients.models import LabResult


def test_there_are_enough_questions_in_each_half() -> None:
    asked = questions()
    halves = Counter((one.is_in_scope, one.is_held_out) for one in asked)
    assert len(asked) == len(set(asked))
    assert sum(one.is_in_scope for one in asked) >= 120
    assert sum(not one.is_in_scope for one in asked) >= 80
    assert min(halves.values()) >= 40


@pytest.mark.django_db
@pytest.mark.mongo_slow("it plants charts for questions, and is planted elsewhere")
def test_the_charts_are_planted() -> None:
    world = planted()
    assert {*world.patients, "nobody"} == {one.whose for one in questions()}
    assert LabResult.objects.of(world.patients["amara"]).count() == 16
