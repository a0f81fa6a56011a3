"""manage.py createsuperuser makes an administrator: nobody stands above the policy."""

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_the_command_makes_an_administrator(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "kettle-on-the-stove")
    call_command(
        "createsuperuser", email="Root@Example.org", full_name="Ruth Root", interactive=False, verbosity=0
    )
    ruth = User.objects.get()
    assert (ruth.email, ruth.role, ruth.is_staff) == ("root@example.org", "administrator", True)
    assert ruth.check_password("kettle-on-the-stove")
    client.force_login(ruth)
    assert client.get(reverse("admin:index")).status_code == 200


def test_nobody_stands_above_the_policy(adam: User) -> None:
    assert not adam.is_superuser
    assert not adam.has_perm("accounts.no_such_permission")
    assert not adam.has_perm("patients.open_record")
