"""Opening a record: what is shown to whom, and that it is written down."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from hospital.tests.queries import counted
from patients import panels
from patients.models import Patient
from patients.panels import registry
from patients.services import begin_care, deactivate_patient
from patients.tests.make import make_patient


@pytest.fixture
def amara(site: Site) -> Patient:
    return make_patient(phone="030 23125 014", email="amara@example.org", next_of_kin_name="Chidi Nwosu")


@pytest.fixture
def _only_test_panels(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_panels", {})
    monkeypatch.setattr(registry, "_actions", [])


def a_panel(key: str, **options: Any) -> panels.Panel:
    plain: dict[str, Any] = {
        "title": f"Title of {key}",
        "permission": "patients.view_patient",
        "template": "components/badge.html",
        "load": lambda patient, _: {"label": f"{key} of {patient.mrn}"},
    }
    return panels.Panel(key=key, **plain | options)


@pytest.mark.parametrize("who", ["rita", "nora", "dora", "adam", "pia", "carl", "mona", "ivo"])
def test_everybody_with_a_role_sees_the_demographics(
    amara: Patient, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)
    text = client.get(reverse("patients:detail", args=[amara.pk])).content.decode()

    assert "Nwosu" in text
    assert "NF-000001-8" in text
    assert "Chidi" in text
    assert api(user).get(f"/api/v1/patients/{amara.pk}").json()["next_of_kin_name"] == "Chidi Nwosu"


def test_a_stranger_is_told_nothing(amara: Patient, una: User, client: Client, api: Any) -> None:
    client.force_login(una)
    for answer in (
        client.get(reverse("patients:detail", args=[amara.pk])),
        api(una).get(f"/api/v1/patients/{amara.pk}"),
    ):
        assert answer.status_code in {403, 404}
        assert all(word not in answer.content.decode() for word in ("Nwosu", "Amara", amara.mrn, "1959"))


def test_nobody_by_that_id_is_404(site: Site, rita: User, client: Client) -> None:
    client.force_login(rita)

    assert client.get("/patients/0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d/").status_code == 404


def test_opening_is_written_down_through_every_door(
    amara: Patient, rita: User, client: Client, api: Any
) -> None:
    client.force_login(rita)
    client.get(reverse("patients:detail", args=[amara.pk]))
    api(rita).get(f"/api/v1/patients/{amara.pk}")

    opened = Entry.objects.filter(patient_id=amara.pk, verb="patients.view_patient", actor_id=rita.pk)
    assert opened.count() == 2
    assert len({entry.door for entry in opened}) == 2


@pytest.mark.usefixtures("_only_test_panels")
def test_the_clinical_panels_are_for_those_who_treat(
    amara: Patient, rita: User, dora: User, client: Client
) -> None:
    panels.register(a_panel("visits"))
    panels.register(a_panel("notes", needs_care=True))
    panels.register(a_panel("bills", permission="billing.view_invoice"))
    client.force_login(dora)
    record = reverse("patients:detail", args=[amara.pk])

    before = client.get(record).content.decode()
    begin_care(amara, user=dora, because="Booked", by=rita)
    after = client.get(record).content.decode()

    assert f"visits of {amara.mrn}" in before
    assert f"notes of {amara.mrn}" not in before
    assert f"notes of {amara.mrn}" in after
    assert "bills of" not in after


@pytest.mark.usefixtures("_only_test_panels")
def test_buttons_are_for_those_who_may_and_for_active_patients(amara: Patient, rita: User, pia: User) -> None:
    panels.register_action(
        panels.Action(
            "Book", "appointments.book_appointment", lambda patient: f"/book/{patient.pk}/", primary=True
        )
    )

    assert [one["label"] for one in panels.actions_for(amara, rita, in_care=False)] == ["Book"]
    assert panels.actions_for(amara, pia, in_care=False) == []
    deactivate_patient(amara, reason="Moved away", by=rita)
    assert panels.actions_for(amara, rita, in_care=False) == []


def test_a_closed_record_is_read_and_printed_but_nothing_is_begun_in_it(
    amara: Patient, dora: User, rita: User, client: Client
) -> None:
    begin_care(amara, user=dora, because="Booked", by=rita)
    client.force_login(dora)
    begun = [reverse(f"patients:{name}", args=[amara.pk]) for name in ("record_problem", "open_encounter")]
    read = [reverse(f"patients:{name}", args=[amara.pk]) for name in ("problems", "summary")]
    shown = client.get(amara.get_absolute_url()).content.decode()
    assert all(f'href="{url}"' in shown for url in begun + read)

    deactivate_patient(amara, reason="Moved away", by=rita)

    shown = client.get(amara.get_absolute_url()).content.decode()
    assert all(f'href="{url}"' in shown for url in read)
    assert not any(f'href="{url}"' in shown for url in begun)


def test_the_record_costs_at_most_eight(amara: Patient, dora: User, rita: User, client: Client) -> None:
    begin_care(amara, user=dora, because="Booked", by=rita)
    client.force_login(dora)
    with counted(at_most=8):
        client.get(reverse("patients:detail", args=[amara.pk]))


def test_the_record_at_the_api_costs_at_most_five(amara: Patient, ivo: User, api: Any) -> None:
    client = api(ivo)
    with counted(at_most=5):
        client.get(f"/api/v1/patients/{amara.pk}")


def test_the_administrator_sees_who_opened_a_record(
    amara: Patient, rita: User, adam: User, client: Client, api: Any
) -> None:
    client.force_login(rita)
    client.get(reverse("patients:detail", args=[amara.pk]))
    client.force_login(adam)

    text = client.get(reverse("patients:opened", args=[amara.pk])).content.decode()
    rows = api(adam).get(f"/api/v1/patients/{amara.pk}/opened").json()["results"]

    assert "Rita Ramos" in text
    assert {row["actor_name"] for row in rows} >= {"Rita Ramos", "Adam Abel"}
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)


@pytest.mark.parametrize("who", ["rita", "dora", "nora", "mona"])
def test_others_do_not_see_who_opened_it(
    amara: Patient, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)

    assert client.get(reverse("patients:opened", args=[amara.pk])).status_code == 403
    assert api(user).get(f"/api/v1/patients/{amara.pk}/opened").status_code == 403


def test_a_script_in_a_name_is_only_text_on_every_page(site: Site, adam: User, client: Client) -> None:
    patient = make_patient(given_name="<script>alert(1)</script>", address="<img src=x onerror=alert(1)>")
    client.force_login(adam)
    for page in ("detail", "edit", "deactivate", "opened"):
        text = client.get(reverse(f"patients:{page}", args=[patient.pk])).content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_the_pages_of_a_record_stand_beside_each_other_for_those_in_care(
    amara: Patient, dora: User, rita: User, client: Client
) -> None:
    page = reverse("patients:timeline", args=[amara.pk])
    begin_care(amara, user=dora, because="Booked", by=rita)
    client.force_login(dora)
    text = client.get(page).content.decode()
    assert f'<a class="tab" href="{page}" aria-current="page" data-keys="r t">' in text
    assert f'<a class="tab" href="{amara.get_absolute_url()}" data-keys="r s">' in text

    client.force_login(rita)
    assert 'class="tab"' not in client.get(amara.get_absolute_url()).content.decode()
