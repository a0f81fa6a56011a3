"""The people whom the tests of prescribing share, and the morning on which most of them happen."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from time_machine import travel

from accounts.models import Department, User
from doctors.models import Doctor
from doctors.tests.make import make_doctor


@pytest.fixture
def morning() -> Iterator[Any]:
    """A Monday at nine, in Berlin."""
    with travel(datetime(2026, 11, 30, 8, 0, tzinfo=UTC), tick=False) as time:
        yield time


@pytest.fixture
def dent(dora: User, department: Department) -> Doctor:
    """Dora's profile."""
    return make_doctor(user=dora)


@pytest.fixture
def dayan(dov: User, department: Department) -> Doctor:
    """Dov's."""
    return make_doctor(user=dov)
