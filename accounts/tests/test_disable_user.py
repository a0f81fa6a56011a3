"""Disabling: the account stays, nobody gets in with it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import ProtectedError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import disable_user, enable_user
from accounts.tests.test_assign_role import page_of, typed
from audit.models import Entry
from hospital.errors import Refusal, Stale

pytestmark = pytest.mark.django_db


def test_a_disabled_user_may_do_nothing(rita: User, adam: User) -> None:
    assert rita.has_perm("patients.view_patient")
    disable_user(rita, by=adam)
    assert not rita.has_perm("patients.view_patient")
    assert not rita.has_perm("accounts.register_user")
    enable_user(rita, by=adam)
    assert rita.has_perm("patients.view_patient")


def test_a_disabled_administrator_has_no_window(adam: User) -> None:
    eve = User.objects.create_user("eve@example.org", full_name="Eve Ernst", role="administrator")
    before, after = eve.is_staff, disable_user(eve, by=adam)
    assert (before, after.is_staff, after.has_module_perms("accounts")) == (True, False, False)


def test_nobody_disables_the_own_account(adam: User) -> None:
    with pytest.raises(Refusal) as refusal:
        disable_user(adam, by=adam)
    assert refusal.value.code == "own_account"


def test_only_administrators_disable(rita: User, mona: User) -> None:
    for act in (disable_user, enable_user):
        with pytest.raises(PermissionDenied):
            act(rita, by=mona)


def test_somebody_elses_change_in_between_is_not_overwritten(rita: User, adam: User) -> None:
    disable_user(User.objects.get(pk=rita.pk), seen_version=1, by=adam)
    with pytest.raises(Stale):
        enable_user(User.objects.get(pk=rita.pk), seen_version=1, by=adam)


def test_accounts_that_did_something_are_never_removed(rita: User, adam: User) -> None:
    disable_user(rita, by=adam)
    with pytest.raises(ProtectedError):
        adam.delete()


# ── The administrators' window ──────────────────────────────────────────────


def test_the_window_disables_and_enables(rita: User, adam: User, client: Client) -> None:
    client.force_login(adam)
    assert client.post(page_of(rita), typed(rita, is_active=None)).status_code == 302
    disabled = User.objects.get(pk=rita.pk)
    assert not disabled.is_active
    assert client.post(page_of(disabled), typed(disabled)).status_code == 302
    assert User.objects.get(pk=rita.pk).is_active
    assert Entry.objects.filter(verb="accounts.disable_user", outcome="done").count() == 2


def test_the_window_does_not_close_behind_oneself(adam: User, client: Client) -> None:
    client.force_login(adam)
    answer = client.post(page_of(adam), typed(adam, is_active=None, full_name="Adam Changed"))
    assert "cannot disable your own account" in answer.content.decode()
    adam.refresh_from_db()
    assert (adam.is_active, adam.full_name) == (True, "Adam Abel")


def test_the_window_removes_nobody(rita: User, adam: User, client: Client) -> None:
    client.force_login(adam)
    assert client.get(reverse("admin:accounts_user_delete", args=[rita.pk])).status_code == 403
    assert (
        client.post(reverse("admin:accounts_user_delete", args=[rita.pk]), {"post": "yes"}).status_code == 403
    )
    chosen = {"action": "delete_selected", "_selected_action": [str(rita.pk)], "post": "yes"}
    client.post(reverse("admin:accounts_user_changelist"), chosen)
    assert User.objects.filter(pk=rita.pk).exists()
