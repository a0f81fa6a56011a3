"""What every problem of the API looks like, and a body that registers somebody."""

from typing import Any

PROBLEM = {"type", "title", "status", "code", "detail", "errors"}
SOMEBODY = {"given_name": "Ben", "family_name": "Berg", "birth_date": "1980-05-05", "sex": "male"}


def is_problem(answer: Any, status: int, code: str) -> bool:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert set(body) >= PROBLEM
    assert (body["type"], body["status"], body["code"]) == ("about:blank", status, code)
    assert body["title"]
    assert body["detail"]
    for error in body["errors"]:
        assert set(error) == {"field", "code", "message"}
    return True
