"""Closing a record for new work, and opening it again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from hospital.errors import Refusal, Stale
from patients.models import Patient
from patients.services import deactivate_patient, edit_patient, reactivate_patient


def test_a_closed_record_keeps_its_reason_and_is_still_found(amara: Patient, rita: User) -> None:
    deactivate_patient(amara, reason="Moved  away ", by=rita)

    after = Patient.objects.search("nwosu").get()
    assert (after.is_active, after.deactivated_because) == (False, "Moved away")


def test_it_is_closed_only_once(amara: Patient, rita: User) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)

    with pytest.raises(Refusal) as refused:
        deactivate_patient(amara, reason="Deceased", by=rita)

    assert refused.value.code == "already_inactive"
    assert Patient.objects.get().deactivated_because == "Moved away"


def test_it_is_opened_again(amara: Patient, rita: User) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)
    reactivate_patient(amara, by=rita)

    after = Patient.objects.get()
    assert (after.is_active, after.deactivated_because) == (True, "")
    with pytest.raises(Refusal, match="active already"):
        reactivate_patient(amara, by=rita)


def test_nobody_closes_what_has_changed_since(amara: Patient, rita: User) -> None:
    edit_patient(amara, sex="other", by=rita, seen_version=1)

    with pytest.raises(Stale):
        deactivate_patient(amara, reason="Moved away", by=rita, seen_version=1)


def test_reception_closes_and_opens_on_the_pages(amara: Patient, rita: User, client: Client) -> None:
    client.force_login(rita)
    close, open_again = (reverse(f"patients:{act}", args=[amara.pk]) for act in ("deactivate", "reactivate"))
    assert client.get(close).status_code == 200
    assert client.post(close, {"reason": "", "version": "1"}).status_code == 422

    answer = client.post(close, {"reason": "Moved away", "version": "1"}, follow=True)
    assert "This record is inactive" in answer.content.decode()
    assert client.post(close, {"reason": "Again", "version": "2"}).status_code == 422

    assert client.get(open_again).status_code == 200
    client.post(open_again, {"version": "2"})
    assert Patient.objects.get().is_active


def test_the_api_closes_and_opens(amara: Patient, rita: User, api: Any) -> None:
    client = api(rita)
    url = f"/api/v1/patients/{amara.pk}"
    assert client.delete(url, headers={"If-Match": '"7"'}).status_code == 412
    assert client.delete(url, {"reason": "Moved away"}, headers={"If-Match": '"1"'}).status_code == 204
    again = client.delete(url)
    assert (again.status_code, again.json()["code"]) == (409, "already_inactive")

    answer = client.post(f"{url}/reactivate")
    assert (answer.status_code, answer.json()["is_active"]) == (200, True)


def test_a_reason_is_optional_at_the_api(amara: Patient, rita: User, api: Any) -> None:
    assert api(rita).delete(f"/api/v1/patients/{amara.pk}").status_code == 204
    assert Patient.objects.count() == 1


@pytest.mark.parametrize("who", ["nora", "dora", "pia", "ivo"])
def test_others_do_not_close_records(
    amara: Patient, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)

    form = {"reason": "x", "version": "1"}
    assert client.post(reverse("patients:deactivate", args=[amara.pk]), form).status_code == 403
    assert api(user).delete(f"/api/v1/patients/{amara.pk}").status_code == 403
    assert Patient.objects.get().is_active
