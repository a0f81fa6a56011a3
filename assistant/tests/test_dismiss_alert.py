"""An alert is no concern: only with a reason, through each door."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assistant.anomalies import Kind
from assistant.models import AnomalyAlert
from assistant.services import dismiss_alert
from assistant.tests.make_alerts import make_alert

pytestmark = pytest.mark.django_db


@pytest.fixture
def alert(site: object) -> AnomalyAlert:
    return make_alert(Kind.DUPLICATE_CHARGE)


def test_the_reason_stays(alert: AnomalyAlert, mona: User) -> None:
    dismiss_alert(alert, reason=" Done   twice ", by=mona)
    alert.refresh_from_db()
    assert (alert.status, alert.decided_because) == ("dismissed", "Done twice")


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301, "a\0b"])
def test_without_a_good_reason_it_stays_open(alert: AnomalyAlert, mona: User, reason: str) -> None:
    with pytest.raises(ValidationError):
        dismiss_alert(alert, reason=reason, by=mona)
    alert.refresh_from_db()
    assert alert.is_open


def test_by_the_page(alert: AnomalyAlert, mona: User, client: Client) -> None:
    client.force_login(mona)
    url = reverse("assistant:dismiss_alert", args=[alert.pk])
    empty = client.post(url, {"version": 1, "reason": ""})
    assert empty.status_code == 422
    assert "Say why this is no concern." in empty.content.decode()
    assert client.post(url, {"version": 1, "reason": "Done twice"}).status_code == 302


def test_by_the_api(alert: AnomalyAlert, mona: User, api: Callable[[User], Any]) -> None:
    url = f"/api/v1/ai/alerts/{alert.pk}/dismiss"
    assert api(mona).post(url, {}, format="json").status_code == 400
    answer = api(mona).post(url, {"reason": "Done twice"}, format="json")
    assert (answer.status_code, answer.json()["decided_because"]) == (200, "Done twice")
