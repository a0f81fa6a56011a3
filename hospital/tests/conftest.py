"""A patient, Rita at the API, and a caller of the API whom nobody knows."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from patients.models import Patient
from patients.tests.make import make_patient


@pytest.fixture
def amara(site: object) -> Patient:
    return make_patient(given_name="Amara", family_name="Nwosu")


@pytest.fixture
def rita_api(rita: User, api: Callable[[User], Any]) -> Any:
    return api(rita)


@pytest.fixture
def api_client() -> Any:
    return APIClient()
