"""Who treats whom: the relation that opens the clinical record."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from hospital import db
from hospital.errors import Refusal
from patients.models import CareRelation, Patient, may_see_chart
from patients.services import begin_care, deactivate_patient, declare_care


def test_a_booking_puts_the_patient_into_the_doctors_care(amara: Patient, rita: User, dora: User) -> None:
    assert not may_see_chart(dora, amara)
    begin_care(amara, user=dora, because="Booked", by=rita)

    assert may_see_chart(dora, amara)


def test_care_begins_once(amara: Patient, rita: User, dora: User) -> None:
    first = begin_care(amara, user=dora, because="Booked", by=rita)
    second = begin_care(amara, user=dora, because="Booked again", by=rita)

    assert first.pk == second.pk
    assert CareRelation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_allows_one_open_relation(amara: Patient, dora: User) -> None:
    CareRelation(patient=amara, user=dora, because="x", is_open=False).add()
    CareRelation(patient=amara, user=dora, because="x").add()

    with pytest.raises(IntegrityError), db.atomic():
        CareRelation(patient=amara, user=dora, because="x").add()


def test_a_clinician_declares_with_a_reason(amara: Patient, nora: User) -> None:
    declare_care(amara, reason="Ward round", by=nora)

    assert may_see_chart(nora, amara)
    entry = Entry.objects.get(verb="patients.declare_care")
    assert (entry.patient_id, entry.actor_id, entry.details) == (amara.pk, nora.pk, {"declared": True})


def test_a_declaration_without_a_reason_is_refused(amara: Patient, dora: User) -> None:
    with pytest.raises(ValidationError):
        declare_care(amara, reason="  ", by=dora)

    assert not CareRelation.objects.exists()


def test_reception_declares_nothing_and_opens_nothing(amara: Patient, rita: User) -> None:
    with pytest.raises(PermissionDenied):
        declare_care(amara, reason="Curious", by=rita)
    CareRelation(patient=amara, user=rita, because="x").add()

    assert not rita.has_perm("patients.open_record")


def test_nobody_is_treated_under_an_inactive_record(amara: Patient, rita: User, dora: User) -> None:
    deactivate_patient(amara, reason="Deceased", by=rita)

    with pytest.raises(Refusal) as refused:
        declare_care(amara, reason="Ward round", by=dora)

    assert refused.value.code == "patient_inactive"


def test_a_doctor_declares_on_the_page(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    record = reverse("patients:detail", args=[amara.pk])
    assert "I am treating this patient" in client.get(record).content.decode()
    empty = client.post(reverse("patients:treat", args=[amara.pk]), {"reason": ""})
    assert empty.status_code == 422

    client.post(reverse("patients:treat", args=[amara.pk]), {"reason": "Consultation by phone"})

    assert "I am treating this patient" not in client.get(record).content.decode()
    assert CareRelation.objects.get().because == "Consultation by phone"


def test_a_doctor_declares_at_the_api(amara: Patient, dora: User, api: Any) -> None:
    client = api(dora)
    assert client.post(f"/api/v1/patients/{amara.pk}/treat", {}).status_code == 400

    body = client.post(f"/api/v1/patients/{amara.pk}/treat", {"reason": "Ward round"}).json()

    assert (body["patient"], body["user"], body["is_open"]) == (str(amara.pk), str(dora.pk), True)


@pytest.mark.parametrize("who", ["rita", "pia", "adam", "una"])
def test_others_cannot_declare(
    amara: Patient, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)

    assert client.post(reverse("patients:treat", args=[amara.pk]), {"reason": "x"}).status_code == 403
    assert api(user).post(f"/api/v1/patients/{amara.pk}/treat", {"reason": "x"}).status_code == 403
    assert not CareRelation.objects.exists()
