"""Correcting a patient's demographics: the rule, the keys, the page, the API."""

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from hospital.errors import Stale
from patients.models import Patient, SearchKey
from patients.searching import keys_for
from patients.services import edit_patient
from patients.tests.make import make_patient


@pytest.fixture
def amara(site: Site) -> Patient:
    return make_patient(phone="030 23125 014")


def url(patient: Patient) -> str:
    return f"/api/v1/patients/{patient.pk}"


def typed(patient: Patient, **changes: str) -> dict[str, str]:
    """What the browser sends back when only `changes` were typed."""
    form = {
        "given_name": patient.given_name,
        "family_name": patient.family_name,
        "birth_date": patient.birth_date.isoformat(),
        "sex": patient.sex,
        "phone": str(patient.phone),
        "version": str(patient.version),
    }
    return form | changes


def test_a_new_name_is_found_and_the_old_one_no_longer(amara: Patient, rita: User) -> None:
    edit_patient(amara, family_name="Okafor", by=rita, seen_version=1)

    assert [one.pk for one in Patient.objects.search("okafor")] == [amara.pk]
    assert not Patient.objects.search("nwosu").exists()
    kept = set(SearchKey.objects.filter(patient=amara).values_list("key", flat=True))
    assert kept == set(keys_for(Patient.objects.get(pk=amara.pk)))


def test_a_new_address_leaves_the_keys_alone(amara: Patient, rita: User) -> None:
    before = set(SearchKey.objects.values_list("key", flat=True))
    edit_patient(amara, address="Under the oak", by=rita, seen_version=1)

    assert set(SearchKey.objects.values_list("key", flat=True)) == before


def test_the_slower_of_two_people_is_refused(amara: Patient, rita: User, nora: User) -> None:
    seen_by_the_slower = Patient.objects.get(pk=amara.pk)
    edit_patient(amara, phone="030 23125 015", by=rita, seen_version=1)

    with pytest.raises(Stale, match="Somebody else"):
        edit_patient(seen_by_the_slower, phone="030 23125 016", by=nora, seen_version=1)

    assert str(Patient.objects.get(pk=amara.pk).phone) == "+493023125015"
    assert not Patient.objects.search("030 23125 016").exists()


def test_a_date_becomes_an_estimate_and_back(amara: Patient, rita: User) -> None:
    edit_patient(amara, birth_date_is_estimated=True, by=rita, seen_version=1)
    assert Patient.objects.get(pk=amara.pk).birth_date == date(1959, 7, 1)

    edit_patient(amara, birth_date=date(1959, 2, 3), birth_date_is_estimated=False, by=rita, seen_version=2)
    assert Patient.objects.get(pk=amara.pk).birth_date == date(1959, 2, 3)
    assert [one.pk for one in Patient.objects.search("3.2.1959")] == [amara.pk]


def test_a_wrong_change_changes_nothing(amara: Patient, rita: User) -> None:
    with pytest.raises(ValidationError):
        edit_patient(amara, family_name=" ", by=rita, seen_version=1)

    assert Patient.objects.get(pk=amara.pk).version == 1
    assert [one.pk for one in Patient.objects.search("nwosu")] == [amara.pk]


def test_the_audit_names_the_fields_and_no_value(amara: Patient, rita: User) -> None:
    edit_patient(amara, phone="030 23125 015", by=rita, seen_version=1)

    entry = Entry.objects.get(verb="patients.edit_patient")
    assert entry.details == {"fields": ["phone"]}


# ── The page ─────────────────────────────────────────────────────────────────
def test_reception_corrects_a_name_on_the_page(amara: Patient, rita: User, client: Client) -> None:
    client.force_login(rita)
    address = reverse("patients:edit", args=[amara.pk])
    assert 'value="Nwosu"' in client.get(address).content.decode()

    answer = client.post(address, typed(amara, family_name="Okafor"))

    assert answer.status_code == 302
    amara.refresh_from_db()
    assert (amara.family_name, amara.version) == ("Okafor", 2)


def test_an_estimated_year_stays_an_estimate(site: Site, rita: User, client: Client) -> None:
    patient = make_patient(birth_date=date(1974, 1, 1), birth_date_is_estimated=True)
    client.force_login(rita)
    assert 'value="1974"' in client.get(reverse("patients:edit", args=[patient.pk])).content.decode()

    client.post(
        reverse("patients:edit", args=[patient.pk]),
        typed(patient, birth_date="", birth_year="1974", email="a@b.org"),
    )

    patient.refresh_from_db()
    assert (patient.birth_date_is_estimated, patient.email, patient.version) == (True, "a@b.org", 2)


def test_saving_without_a_change_writes_nothing(amara: Patient, rita: User, client: Client) -> None:
    client.force_login(rita)
    assert client.post(reverse("patients:edit", args=[amara.pk]), typed(amara)).status_code == 302

    assert Patient.objects.get(pk=amara.pk).version == 1


def test_on_the_page_the_slower_keeps_what_was_typed(amara: Patient, rita: User, client: Client) -> None:
    sent = typed(amara, address="Under the oak")
    edit_patient(amara, phone="030 23125 015", by=rita, seen_version=1)
    client.force_login(rita)

    answer = client.post(reverse("patients:edit", args=[amara.pk]), sent)

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Somebody else has just changed this patient" in text
    assert "Under the oak" in text
    assert reverse("patients:detail", args=[amara.pk]) in text
    assert str(Patient.objects.get(pk=amara.pk).phone) == "+493023125015"


@pytest.mark.parametrize("who", ["dora", "pia", "carl", "mona", "una"])
def test_others_do_not_edit(
    amara: Patient, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)

    assert client.post(reverse("patients:edit", args=[amara.pk]), typed(amara)).status_code == 403
    assert api(user).patch(url(amara), {"sex": "male", "version": 1}).status_code == 403
    assert Patient.objects.get(pk=amara.pk).version == 1


# ── The API ──────────────────────────────────────────────────────────────────
def test_the_api_changes_with_if_match(amara: Patient, ivo: User, api: Any) -> None:
    client = api(ivo)
    etag = client.get(url(amara)).headers["ETag"]
    answer = client.patch(url(amara), {"phone": "030 23125 015"}, headers={"If-Match": etag})

    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert answer.json()["phone"] == "+493023125015"


def test_the_api_changes_with_the_version_in_the_body(amara: Patient, ivo: User, api: Any) -> None:
    assert api(ivo).patch(url(amara), {"sex": "other", "version": 1}).json()["sex"] == "other"


def test_put_needs_what_is_required(amara: Patient, ivo: User, api: Any) -> None:
    assert api(ivo).put(url(amara), {"sex": "other", "version": 1}).status_code == 400
    whole = {"given_name": "A", "family_name": "B", "birth_date": "1960-01-01", "sex": "other", "version": 1}

    assert api(ivo).put(url(amara), whole).json()["family_name"] == "B"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"sex": "other"}, {}, 428),
        ({"sex": "other", "version": 7}, {}, 409),
        ({"sex": "other"}, {"If-Match": '"7"'}, 412),
        ({"sex": "other", "version": "one"}, {}, 400),
        ({"sex": "x", "version": 1}, {}, 400),
        ({"birth_date": "2999-01-01", "version": 1}, {}, 400),
    ],
)
def test_the_api_says_why_nothing_changed(
    amara: Patient, ivo: User, api: Any, body: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    assert api(ivo).patch(url(amara), body, headers=headers).status_code == status
    assert Patient.objects.get(pk=amara.pk).version == 1


def test_what_is_read_only_stays(amara: Patient, ivo: User, api: Any) -> None:
    sent = {"mrn": "NF-999999-9", "is_active": False, "deactivated_because": "x", "site": None, "version": 1}
    assert api(ivo).patch(url(amara), sent | {"sex": "other"}).status_code == 200

    after = Patient.objects.get(pk=amara.pk)
    assert (after.mrn, after.is_active, after.site_id) == (amara.mrn, True, amara.site_id)


def test_nobody_by_that_id_is_404(amara: Patient, ivo: User, api: Any) -> None:
    for pk in ("0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d", "not-an-id"):
        assert api(ivo).patch(f"/api/v1/patients/{pk}", {"sex": "x"}).status_code == 404


# ── The administrators' window ───────────────────────────────────────────────
def test_an_administrator_corrects_in_the_admin_through_the_service(
    amara: Patient, adam: User, client: Client
) -> None:
    client.force_login(adam)
    address = reverse("admin:patients_patient_change", args=[amara.pk])
    form = client.get(address).context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields} | {"family_name": "Okafor"}

    assert client.post(address, sent).status_code == 302
    assert [one.pk for one in Patient.objects.search("okafor")] == [amara.pk]
    assert Entry.objects.filter(verb="patients.edit_patient", actor_id=adam.pk).count() == 1


def test_the_admin_finds_by_the_same_search_and_writes_it_down(
    amara: Patient, adam: User, rita: User, client: Client
) -> None:
    address = reverse("admin:patients_patient_changelist")
    client.force_login(rita)
    assert client.get(address).status_code == 302
    client.force_login(adam)

    text = client.get(address, {"q": "nwos amara"}).content.decode()

    assert amara.mrn in text
    entry = Entry.objects.get(verb="patients.view_patient", actor_id=adam.pk)
    assert entry.details == {"filters": {"q": "nwos amara"}, "count": 1}
    assert client.get(reverse("admin:patients_carerelation_changelist")).status_code == 200
