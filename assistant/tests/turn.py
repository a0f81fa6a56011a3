"""A turn for tests: tools asked as somebody, and what they answered."""

import json
from typing import Any

from accounts.models import User
from assistant.tools import Gathering, ToolResult, use
from patients.models import Patient


def ask(
    name: str, by: User, patient: Patient | None = None, /, *, turn: Gathering | None = None, **arguments: Any
) -> ToolResult:
    return use(name, arguments, by=by, patient=patient, turn=turn or Gathering())


def texts(result: ToolResult) -> list[str]:
    return [one.text for one in result.sources]


def content(result: ToolResult) -> Any:
    return json.loads(result.content)
