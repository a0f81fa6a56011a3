"""Administrators read exactly what was sent outside, and that they read it is written down."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assistant.tests.make import make_disclosure
from audit.models import Entry
from hospital.clock import now
from hospital.tests.queries import counted
from patients.tests.make import make_patient

pytestmark = pytest.mark.mongo_slow("pages are the same there")
LIST = "assistant:disclosures"


def test_a_list_of_what_was_sent(client: Client, adam: User, dora: User) -> None:
    patient = make_patient()
    for _ in range(3):
        make_disclosure(dora, patient)
    client.force_login(adam)
    with counted(at_most=5):
        page = client.get(reverse(LIST)).content.decode()
    assert page.count("Amara Nwosu") == 3
    assert "PATIENT_1" not in page
    assert Entry.objects.filter(verb="assistant.view_disclosure", details__count=3).exists()


def test_nothing_was_sent(client: Client, adam: User) -> None:
    client.force_login(adam)
    assert "Nothing has left this house" in client.get(reverse(LIST)).content.decode()
    assert "Nothing like that" in client.get(reverse(LIST), {"outcome": "failed"}).content.decode()


def test_the_list_is_narrowed(client: Client, adam: User, dora: User) -> None:
    amara, zora = make_patient(), make_patient(given_name="Zora", family_name="Zabel")
    make_disclosure(dora, amara)
    make_disclosure(dora, zora, outcome="failed", failure="timeout", at=now() - timedelta(days=9))
    client.force_login(adam)
    week = (now() - timedelta(days=7)).date().isoformat()
    for asked, is_there in (
        ({"outcome": "failed"}, "Zabel"),
        ({"patient": str(amara.pk)}, "Nwosu"),
        ({"since": week}, "Nwosu"),
        ({"until": week}, "Zabel"),
    ):
        page = client.get(reverse(LIST), asked).content.decode()
        assert {name for name in ("Nwosu", "Zabel") if name in page} == {is_there}, asked
    assert client.get(reverse(LIST), {"since": "nonsense"}).status_code == 422


def test_what_was_sent_is_shown_and_the_reading_is_written_down(
    client: Client, adam: User, dora: User
) -> None:
    patient = make_patient()
    for disclosure in (make_disclosure(dora, patient), make_disclosure(dora)):
        client.force_login(adam)
        with counted(at_most=7):
            page = client.get(disclosure.get_absolute_url()).content.decode()
        assert "{&quot;messages&quot;: &quot;How is [PATIENT_1]&quot;}" in page
        assert disclosure.sha256 in page
    read = Entry.objects.filter(verb="assistant.view_disclosure")
    assert read.filter(patient_id=patient.pk).count() == 1
    assert read.count() == 2


def test_a_text_that_was_forgotten(client: Client, adam: User, dora: User) -> None:
    disclosure = make_disclosure(dora, payload="", forgotten_at=now())
    client.force_login(adam)
    assert "has been forgotten" in client.get(disclosure.get_absolute_url()).content.decode()


def test_others_are_told_nothing(client: Client, dora: User) -> None:
    disclosure = make_disclosure(dora, make_patient())
    client.force_login(dora)
    assert client.get(reverse(LIST)).status_code == 403
    response = client.get(disclosure.get_absolute_url())
    assert response.status_code == 403
    assert b"Nwosu" not in response.content
