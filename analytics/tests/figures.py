"""How tests read the pages of figures."""

from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from analytics.tests.world import FIRST

DASHBOARD, STATISTICS = reverse("analytics:dashboard"), reverse("analytics:appointments")
MONTH = {"from": str(FIRST), "to": "2026-10-31"}


def page(
    client: Client, user: User, url: str, given: dict[str, str] | None = None, headers: Any = None
) -> str:
    client.force_login(user)
    answer = client.get(url, given or {}, headers=headers)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def figure(answer: Any, key: str, part: str = "figures") -> Any:
    return next(one["value"] for one in answer.data[part] if one["key"] == key)


def behind(client: Client, url: str) -> Any:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.context["visits"], answer.content.decode()


def way(tiles: list[dict[str, Any]], key: str) -> str:
    url: str = next(one["url"] for one in tiles if one["figure"].definition.key == key)
    assert url, key
    return url
