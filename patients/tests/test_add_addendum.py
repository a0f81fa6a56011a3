"""Adding to a note that is signed."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.once import Once
from audit.models import Entry
from hospital.errors import Refusal
from patients import timeline
from patients.models import Addendum, Encounter, Patient
from patients.services import add_addendum
from patients.tests.make_notes import make_draft, make_signed, treats


@pytest.fixture
def signed(amara: Patient, dora: User) -> Encounter:
    return make_signed(amara, by=dora)


def test_an_addendum_is_signed_with_its_writing(amara: Patient, signed: Encounter, nora: User) -> None:
    addendum = add_addendum(signed, text=" X-ray: clear.\r\n", by=nora)
    found = Addendum.objects.get()
    lines, _ = timeline.read(amara, nora)

    assert (found.text, found.recorded_by, found.is_intact) == ("X-ray: clear.", nora, True)
    assert Entry.objects.get(verb="patients.add_addendum").details == {"sha256": addendum.content_hash}
    assert lines[0].line.title.startswith("Addendum: Cough")
    assert lines[0].line.url == signed.get_absolute_url()


def test_the_same_request_adds_once(signed: Encounter, dora: User) -> None:
    for _ in range(2):
        add_addendum(signed, text="X-ray: clear.", once=Once("k" * 32, "same"), by=dora)

    assert Addendum.objects.count() == 1


def test_a_draft_has_no_addendum(amara: Patient, dora: User) -> None:
    with pytest.raises(Refusal) as refused:
        add_addendum(make_draft(amara, by=dora), text="X-ray: clear.", by=dora)

    assert refused.value.code == "not_signed"


def test_nothing_is_not_added_and_strangers_add_nothing(signed: Encounter, dora: User, rita: User) -> None:
    with pytest.raises(ValidationError):
        add_addendum(signed, text="  ", by=dora)
    with pytest.raises(PermissionDenied):
        add_addendum(signed, text="x", by=rita)

    assert not Addendum.objects.exists()


def test_on_the_page(amara: Patient, signed: Encounter, dora: User, client: Client) -> None:
    treats(dora, amara)
    client.force_login(dora)
    address = reverse("patients:add_addendum", args=[amara.pk, signed.pk])
    empty = client.post(address, {"text": "", "nonce": "a" * 32})
    assert empty.status_code == 422
    for _ in range(2):
        assert client.post(address, {"text": "X-ray: clear.", "nonce": "b" * 32}).status_code == 302

    page = client.get(signed.get_absolute_url()).content.decode()
    assert page.count("X-ray: clear.") == 1
    draft = make_draft(amara, by=dora)
    refused = client.post(
        reverse("patients:add_addendum", args=[amara.pk, draft.pk]), {"text": "Kept", "nonce": "c" * 32}
    )
    assert refused.status_code == 422


def test_at_the_api(amara: Patient, signed: Encounter, dora: User, api: Any) -> None:
    treats(dora, amara)
    client, one = api(dora), f"/api/v1/patients/{amara.pk}/encounters/{signed.pk}"

    assert client.post(f"{one}/addenda", {}, format="json").status_code == 400
    key = {"Idempotency-Key": "k"}
    answers = [
        client.post(f"{one}/addenda", {"text": "X-ray: clear."}, format="json", headers=key) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert client.get(one).json()["addenda"] == [answers[0].json()]
