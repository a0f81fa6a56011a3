"""The password again before something is signed: counted as a log-in is, and worth little for long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client, RequestFactory
from django.urls import reverse
from time_machine import travel

from accounts.models import SignInFailures, User
from accounts.proof import HOLDS_FOR, Proof, prove
from audit.models import Entry
from conftest import PASSWORD
from hospital import clock, db
from hospital.errors import Refusal, TooMany

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


def fails(user: User, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(ValidationError):
            prove(user, "wrong")


def test_doras_password_proves_that_it_is_she(dora: User) -> None:
    proof = prove(dora, PASSWORD)

    proof.check(dora)
    assert proof.user_id == dora.pk
    assert not Entry.objects.filter(outcome="denied").exists()


def test_a_wrong_password_is_said_at_the_field_and_written_down(dora: User) -> None:
    with pytest.raises(ValidationError) as wrong:
        prove(dora, "wrong")

    assert wrong.value.message_dict == {"password": ["This is not your password."]}
    entry = Entry.objects.get(verb="accounts.sign_in")
    assert (entry.actor_id, entry.outcome) == (dora.pk, "denied")
    assert entry.details == {"asked_for": "signature"}


@pytest.mark.parametrize("password", ["", " ", PASSWORD.upper(), PASSWORD + " "])
def test_nearly_the_password_is_not_the_password(dora: User, password: str) -> None:
    with pytest.raises(ValidationError):
        prove(dora, password)


def test_somebody_who_was_disabled_proves_nothing(dora: User) -> None:
    dora.is_active = False

    with pytest.raises(ValidationError):
        prove(dora, PASSWORD)


def test_a_proof_is_that_of_one_person(dora: User, dov: User) -> None:
    with pytest.raises(Refusal) as refused:
        prove(dov, PASSWORD).check(dora)

    assert (refused.value.code, refused.value.field) == ("not_proven", "password")


@pytest.mark.parametrize(("later", "holds"), [(0, True), (60, True), (60.001, False), (-1, False)])
def test_a_proof_holds_for_a_minute(dora: User, later: float, *, holds: bool) -> None:
    with travel(MORNING, tick=False):
        proof = prove(dora, PASSWORD)
    with travel(MORNING + timedelta(seconds=later), tick=False):
        if holds:
            proof.check(dora)
        else:
            with pytest.raises(Refusal, match="once more"):
                proof.check(dora)


def test_too_many_failures_stop_even_the_right_password(dora: User, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_PER_MINUTE = 3
    with travel(MORNING, tick=False):
        fails(dora, 3)
        with pytest.raises(TooMany) as refused:
            prove(dora, PASSWORD)
    assert 0 < refused.value.retry_after <= 61
    with travel(MORNING + timedelta(seconds=61), tick=False):
        prove(dora, PASSWORD)


def test_it_is_the_counter_of_the_log_in(dora: User, settings: Any, client: Client) -> None:
    settings.SIGN_IN_FAILURES_PER_MINUTE = 3
    fails(dora, 3)

    answer = client.post(reverse("account_login"), {"login": dora.email, "password": PASSWORD})
    assert answer.status_code != 302
    assert "_auth_user_id" not in client.session


def test_failures_count_for_the_address_too(dora: User, dov: User, settings: Any) -> None:
    """A stolen ward computer cannot try one account after the other."""
    settings.SIGN_IN_FAILURES_PER_MINUTE = 10
    request = RequestFactory().get("/", REMOTE_ADDR="203.0.113.9")
    for user in (dora, dov):
        with pytest.raises(ValidationError):
            prove(user, "wrong", request)
    assert sorted(SignInFailures.objects.values_list("count", flat=True)) == [1, 1, 2]


def test_the_right_password_forgets_the_failures(dora: User, settings: Any) -> None:
    settings.SIGN_IN_FAILURES_PER_MINUTE = 3
    for _ in range(3):
        fails(dora, 2)
        prove(dora, PASSWORD)


def test_nothing_is_hashed_inside_a_transaction(dora: User) -> None:
    with pytest.raises(RuntimeError), db.atomic():
        prove(dora, PASSWORD)


def test_a_proof_cannot_be_changed(dora: User, dov: User) -> None:
    proof = Proof(dora.pk, clock.now() - HOLDS_FOR)

    with pytest.raises(AttributeError):
        proof.user_id = dov.pk  # type: ignore[misc]
