"""Decimal points and mixed-up samples, found in the labelled set."""

from statistics import mean

import pytest

from assistant.tests import report_anomalies
from assistant.tests.report_anomalies import MIX_UPS_AIM, POINTS_AIM, mixed, points


def check(count: int, seeds: tuple[int, ...]) -> None:
    of_points, of_samples = points(count, seeds), mixed(count, seeds)
    assert mean(one.found for one in of_points) >= POINTS_AIM
    assert mean(one.found for one in of_samples) >= MIX_UPS_AIM
    assert all(one.false_as_set <= report_anomalies.FALSE_ALARMS for one in (*of_points, *of_samples))


def test_a_few_people() -> None:
    check(30, report_anomalies.SEEDS[:2])


@pytest.mark.soak
def test_as_many_as_the_report_prints() -> None:
    check(report_anomalies.PEOPLE, report_anomalies.SEEDS)
