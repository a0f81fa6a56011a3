"""Administrators give and take roles, in their window; nobody takes the own one away."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.services import assign_role
from audit.models import Entry
from hospital.errors import Refusal, Stale

pytestmark = pytest.mark.django_db


def page_of(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])


def typed(user: User, **more: Any) -> dict[str, Any]:
    """What the form of a user sends; a box that is not ticked is not sent."""
    sent: dict[str, Any] = {
        "full_name": user.full_name,
        "email": user.email,
        "role": user.role,
        "is_active": "on",
    }
    sent |= {"seen_version": str(user.version)} | more
    return {name: value for name, value in sent.items() if value is not None}


def test_a_role_is_given_and_written_down(una: User, adam: User) -> None:
    assign_role(una, role="nurse", by=adam)
    assert User.objects.get(pk=una.pk).role == "nurse"
    entry = Entry.objects.get(verb="accounts.assign_role")
    assert (entry.actor_id, entry.subject_id) == (adam.pk, una.pk)
    assert entry.details == {"role": "nurse", "before": ""}


def test_only_administrators_give_roles(una: User, mona: User) -> None:
    with pytest.raises(PermissionDenied):
        assign_role(una, role="manager", by=mona)
    with pytest.raises(PermissionDenied):
        assign_role(mona, role="administrator", by=mona)
    assert Entry.objects.filter(verb="accounts.assign_role", outcome="denied").count() == 2


def test_nobody_takes_the_own_role_away(adam: User) -> None:
    with pytest.raises(Refusal) as refusal:
        assign_role(adam, role="", by=adam)
    assert refusal.value.code == "own_role"
    assert User.objects.get().role == "administrator"


def test_a_role_that_somebody_else_has_changed_is_stale(una: User, adam: User) -> None:
    assign_role(User.objects.get(pk=una.pk), role="nurse", by=adam)
    with pytest.raises(Stale):
        assign_role(una, role="cashier", by=adam)
    with pytest.raises(Stale):
        assign_role(User.objects.get(pk=una.pk), role="cashier", seen_version=1, by=adam)
    assert User.objects.get(pk=una.pk).role == "nurse"


# ── The administrators' window ──────────────────────────────────────────────


def test_the_window_gives_a_role(una: User, adam: User, client: Client) -> None:
    client.force_login(adam)
    assert client.get(page_of(una)).status_code == 200
    answer = client.post(page_of(una), typed(una, role="nurse"))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert User.objects.get(pk=una.pk).role == "nurse"
    (entry,) = Entry.objects.filter(verb="accounts.assign_role")
    assert (entry.door, entry.outcome) == ("admin", "done")
    assert not Entry.objects.filter(verb="accounts.edit_user").exists()


def test_the_window_takes_a_role(rita: User, adam: User, client: Client) -> None:
    client.force_login(adam)
    assert client.post(page_of(rita), typed(rita, role="")).status_code == 302
    assert User.objects.get(pk=rita.pk).role == ""


def test_a_refusal_stands_on_the_form_with_what_was_typed(adam: User, client: Client) -> None:
    client.force_login(adam)
    answer = client.post(page_of(adam), typed(adam, role="nurse", full_name="Adam Changed"))
    assert answer.status_code in {200, 422}
    page = answer.content.decode()
    assert "cannot take your own administrator" in page
    assert 'value="Adam Changed"' in page
    stored = User.objects.get()
    assert (stored.role, stored.full_name, stored.version) == ("administrator", "Adam Abel", 1)
    assert Entry.objects.get(verb="accounts.assign_role").outcome == "refused"


def test_a_form_that_is_out_of_date_changes_nothing(una: User, adam: User, client: Client) -> None:
    """Adam opens Una's page, somebody makes her a nurse, and Adam saves what he saw."""
    client.force_login(adam)
    for stale in (typed(una), typed(una, full_name="Una U."), typed(una, role="cashier")):
        current = User.objects.get(pk=una.pk)
        if current.role != "nurse":
            assign_role(current, role="nurse", by=adam)
        answer = client.post(page_of(una), stale)
        assert "Somebody else has just changed this user" in answer.content.decode()
        stored = User.objects.get(pk=una.pk)
        assert (stored.role, stored.full_name) == ("nurse", "Una Unger")


def test_no_role_that_does_not_exist(una: User, adam: User, client: Client) -> None:
    client.force_login(adam)
    answer = client.post(page_of(una), typed(una, role="emperor"))
    assert "role" in answer.context["adminform"].form.errors
    assert User.objects.get(pk=una.pk).role == ""


def test_the_window_corrects_a_name_and_an_address(una: User, adam: User, client: Client) -> None:
    client.force_login(adam)
    answer = client.post(page_of(una), typed(una, full_name="Una Ungar", email="Una.U@Example.org"))
    assert answer.status_code == 302
    stored = User.objects.get(pk=una.pk)
    assert (stored.full_name, stored.email) == ("Una Ungar", "una.u@example.org")
    assert Entry.objects.get(verb="accounts.edit_user").details == {"fields": ["email", "full_name"]}


def test_the_window_gives_no_address_twice(una: User, adam: User, client: Client) -> None:
    client.force_login(adam)
    answer = client.post(page_of(una), typed(una, email="ADAM@example.org"))
    assert "email" in answer.context["adminform"].form.errors


def test_the_window_is_for_administrators_only(una: User, mona: User, rita: User, client: Client) -> None:
    for person in (mona, rita, una):
        client.force_login(person)
        for answer in (client.get(page_of(una)), client.post(page_of(una), typed(una, role="nurse"))):
            assert answer.status_code in {302, 403}
    assert User.objects.get(pk=una.pk).role == ""


def test_the_window_adds_a_user(adam: User, client: Client) -> None:
    client.force_login(adam)
    adding = reverse("admin:accounts_user_add")
    assert client.get(adding).status_code == 200
    sent = {"full_name": "Nina Novak", "email": "Nina@example.org", "role": "nurse", "password": ""}
    answer = client.post(adding, sent)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    nina = User.objects.get(email="nina@example.org")
    assert (nina.role, nina.is_active, nina.has_usable_password()) == ("nurse", True, False)
    assert Entry.objects.get(verb="accounts.add_user").subject_id == nina.pk


def test_the_window_refuses_a_weak_password(adam: User, client: Client) -> None:
    client.force_login(adam)
    sent = {"full_name": "Nina Novak", "email": "nina@example.org", "role": "nurse", "password": "short"}
    answer = client.post(reverse("admin:accounts_user_add"), sent)
    assert "password" in answer.context["adminform"].form.errors
    assert "short" not in str(answer.context["adminform"].form["password"])
    assert User.objects.count() == 1
