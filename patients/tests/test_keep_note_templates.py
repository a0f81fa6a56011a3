"""Words to begin a note with, kept by administrators."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from patients.models import NoteTemplate
from patients.services import add_note_template, edit_note_template


def test_adam_adds_and_changes_a_template(adam: User) -> None:
    template = add_note_template(name=" Follow-up ", plan="Come back in a week.", by=adam)
    edit_note_template(template, is_active=False, seen_version=1, by=adam)

    assert template.name == "Follow-up"
    assert not NoteTemplate.objects.offered().exists()


def test_two_are_not_called_the_same(adam: User) -> None:
    add_note_template(name="Follow-up", by=adam)
    other = add_note_template(name="Review", by=adam)
    acts: tuple[Callable[[], Any], ...] = (
        lambda: add_note_template(name="Follow-up ", by=adam),
        lambda: edit_note_template(other, name="Follow-up", by=adam),
    )
    for act in acts:
        with pytest.raises(ValidationError):
            act()


def test_others_use_them_only(adam: User, dora: User, rita: User) -> None:
    add_note_template(name="Follow-up", by=adam)
    with pytest.raises(PermissionDenied):
        add_note_template(name="Review", by=dora)

    assert NoteTemplate.objects.visible_to(dora).offered().count() == 1
    assert NoteTemplate.objects.visible_to(rita).count() == 0


def test_in_the_administration(adam: User, client: Client) -> None:
    client.force_login(adam)
    adding = reverse("admin:patients_notetemplate_add")
    sent = {"name": "Follow-up", "complaint": "", "examination": "", "assessment": "", "plan": "Come back."}
    assert client.post(adding, sent | {"is_active": "on"}).status_code == 302
    again = client.post(adding, sent | {"is_active": "on"})

    assert again.status_code == 200
    assert "with this Name already exists" in again.content.decode()
    template = NoteTemplate.objects.get()
    changing = reverse("admin:patients_notetemplate_change", args=[template.pk])
    assert client.post(changing, sent | {"seen_version": "1"}).status_code == 302
    assert not NoteTemplate.objects.get().is_active
