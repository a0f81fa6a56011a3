"""A caller of the API whom nobody knows."""

from typing import Any

import pytest
from rest_framework.test import APIClient


@pytest.fixture
def api_client() -> Any:
    return APIClient()
