"""The audit: one row for each act, each opened record, each denial; and none of them is ever changed."""

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

import audit.services
from accounts import acting
from accounts.acting import note, service
from accounts.models import Site, User
from audit.models import AppendOnly, Entry
from audit.services import Context, enter, record
from hospital.errors import Refusal
from patients.models import Patient
from patients.services import edit_patient, register_patient
from patients.tests.make import form_data, make_patient

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """No request has been here yet, and services made up here are forgotten afterwards."""
    enter(Context())
    monkeypatch.setattr(acting, "SERVICES", dict(acting.SERVICES))


@pytest.fixture
def amara(site: object) -> Patient:
    return make_patient(given_name="Amara", family_name="Nwosu")


@pytest.fixture
def entry(rita: User) -> Entry:
    return record("patients.view_patient", actor_id=rita.pk, subject_id=uuid4())


# ── Rows are only ever added ────────────────────────────────────────────────


def test_a_row_is_not_changed(entry: Entry) -> None:
    entry.outcome = "denied"
    with pytest.raises(AppendOnly):
        entry.save()
    with pytest.raises(AppendOnly):
        Entry.objects.get().save(update_fields=["outcome"])
    assert Entry.objects.get().outcome == "done"


def test_a_row_is_not_removed(entry: Entry) -> None:
    for remove in (entry.delete, Entry.objects.all().delete, Entry.objects.filter(pk=entry.pk).delete):
        with pytest.raises(AppendOnly):
            remove()
    assert Entry.objects.count() == 1


def test_rows_are_not_changed_by_the_dozen(entry: Entry) -> None:
    rows = Entry.objects.filter(pk=entry.pk)
    with pytest.raises(AppendOnly):
        rows.update(outcome="denied")
    with pytest.raises(AppendOnly):
        rows.bulk_update([entry], ["outcome"])
    with pytest.raises(AppendOnly):
        Entry.objects.update_or_create(pk=entry.pk, defaults={"outcome": "denied"})
    with pytest.raises(AppendOnly):
        Entry.objects.bulk_create(
            [Entry(pk=entry.pk, verb="x", outcome="denied", door="page")],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["outcome"],
        )
    assert Entry.objects.get().outcome == "done"


def test_who_did_something_is_not_removed_from_under_it(entry: Entry, rita: User) -> None:
    with pytest.raises(DatabaseError):
        rita.delete()
    assert Entry.objects.get().actor == rita


def test_the_administrators_window_shows_rows_and_changes_none(
    entry: Entry, adam: User, client: Client
) -> None:
    client.force_login(adam)
    changelist = reverse("admin:audit_entry_changelist")
    one = reverse("admin:audit_entry_change", args=[entry.pk])
    assert client.get(changelist).status_code == 200
    page = client.get(one)
    assert page.status_code == 200
    assert "_save" not in page.content.decode()
    assert client.post(one, {"outcome": "denied"}).status_code == 403
    assert client.get(reverse("admin:audit_entry_add")).status_code == 403
    assert client.post(reverse("admin:audit_entry_add"), {"verb": "x"}).status_code == 403
    assert (
        client.post(reverse("admin:audit_entry_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403
    )
    client.post(changelist, {"action": "delete_selected", "_selected_action": [str(entry.pk)], "post": "yes"})
    assert Entry.objects.get(pk=entry.pk).outcome == "done"


def test_the_window_finds_rows_by_whole_ids(entry: Entry, adam: User, client: Client) -> None:
    client.force_login(adam)
    changelist = reverse("admin:audit_entry_changelist")
    for words, found in ((str(entry.subject_id), True), (str(uuid4()), False), ("rita", False)):
        page = client.get(changelist, {"q": words})
        assert page.status_code == 200
        assert (page.context["cl"].result_count == 1) == found


def test_the_window_is_closed_to_others(entry: Entry, mona: User, client: Client) -> None:
    client.force_login(mona)
    assert client.get(reverse("admin:audit_entry_changelist")).status_code in {302, 403}


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_the_api_has_no_door_to_it(method: str, entry: Entry, adam: User, api: Callable[[User], Any]) -> None:
    caller = api(adam)
    for address in ("/api/v1/audit", f"/api/v1/audit/{entry.pk}", f"/api/v1/entries/{entry.pk}"):
        assert getattr(caller, method)(address).status_code == 404


def test_there_is_one_way_in() -> None:
    assert [name for name, _ in inspect.getmembers(audit.services, inspect.isfunction)] == [
        *("current", "dataclass", "enter", "record")
    ]


# ── What a row says ─────────────────────────────────────────────────────────


def test_an_act_is_one_row(rita: User, site: Site) -> None:
    amara = make_patient(by=rita)
    (row,) = Entry.objects.filter(verb="patients.register_patient")
    assert (row.actor_id, row.outcome, row.door) == (rita.pk, "done", "command")
    assert (row.subject_type, row.subject_id, row.patient_id) == ("patients.patient", amara.pk, amara.pk)


def test_it_names_the_fields_and_not_what_is_in_them(amara: Patient, rita: User) -> None:
    edit_patient(amara, family_name="Okafor", seen_version=1, by=rita)
    row = Entry.objects.get(verb="patients.edit_patient")
    assert "family_name" in str(row.details)
    assert "okafor" not in str(row.details).lower()


def test_notes_go_into_the_row_of_the_service_that_is_running(adam: User, site: Site) -> None:
    @service("accounts.assign_role")
    def inner(*, by: User) -> None:
        note(part="inner")

    @service("accounts.keep_places")
    def outer(place: Site, *, by: User) -> None:
        note(part="outer")
        inner(by=by)
        note(after=1)

    outer(site, by=adam)
    rows = {row.verb: row for row in Entry.objects.all()}
    assert rows["accounts.assign_role"].details == {"part": "inner"}
    assert rows["accounts.keep_places"].details == {"part": "outer", "after": 1}
    assert rows["accounts.keep_places"].subject_id == site.pk
    note(nobody="hears this")
    assert Entry.objects.count() == 2


def failing(error: Exception) -> Callable[..., None]:
    @service("accounts.keep_places")
    def act(place: Site, *, by: User) -> None:
        place.change(name="Southfield")
        raise error

    return act


@pytest.mark.parametrize(
    ("error", "outcome", "details"),
    [
        (Refusal("The ward of Amara Nwosu is full.", code="full"), "refused", {"code": "full"}),
        (ValidationError({"name": "Amara Nwosu is no name."}), "invalid", {"error": "ValidationError"}),
        (PermissionDenied("Amara Nwosu"), "denied", {"error": "PermissionDenied"}),
        (RuntimeError("Amara Nwosu"), "failed", {"error": "RuntimeError"}),
    ],
)
@pytest.mark.django_db(transaction=True)
def test_what_went_wrong_is_written_after_the_rollback(
    error: Exception, outcome: str, details: dict[str, str], adam: User, site: Site
) -> None:
    with pytest.raises(type(error)):
        failing(error)(site, by=adam)
    assert Site.objects.get(pk=site.pk).name == "Northfield"
    (row,) = Entry.objects.all()
    assert (row.verb, row.outcome, row.details) == ("accounts.keep_places", outcome, details)
    assert (row.actor_id, row.subject_id) == (adam.pk, site.pk)


def test_who_may_not_is_written_down_and_nothing_else_happens(mona: User, site: Site) -> None:
    called: list[str] = []

    @service("accounts.keep_places")
    def act(place: Site, *, by: User) -> None:
        called.append("act")

    with pytest.raises(PermissionDenied):
        act(site, by=mona)
    assert called == []
    assert Entry.objects.get().outcome == "denied"


# ── Through which door, with which request ──────────────────────────────────


def test_a_row_names_the_door_and_the_request(
    rita: User, client: Client, api: Callable[[User], Any], adam: User
) -> None:
    client.force_login(rita)
    answer = client.post(reverse("patients:register"), form_data(), headers={"X-Request-ID": "page-12345678"})
    assert answer.status_code == 302
    body = {"given_name": "Ben", "family_name": "Berg", "birth_date": "1980-05-05", "sex": "male"}
    assert (
        api(rita).post("/api/v1/patients", body, headers={"X-Request-ID": "json-12345678"}).status_code == 201
    )
    rows = Entry.objects.filter(verb="patients.register_patient").order_by("id")
    assert [(row.door, row.request_id) for row in rows] == [
        ("page", "page-12345678"),
        ("api", "json-12345678"),
    ]


def test_a_request_without_an_id_gets_one_that_the_answer_repeats(rita: User, client: Client) -> None:
    client.force_login(rita)
    answer = client.get(reverse("doctors:add"))
    assert answer.status_code == 403
    row = Entry.objects.get(outcome="denied")
    assert row.request_id == answer["X-Request-ID"]
    assert len(row.request_id) == 32


def test_opening_a_record_is_one_row_at_each_door(
    amara: Patient, rita: User, client: Client, api: Callable[[User], Any]
) -> None:
    client.force_login(rita)
    caller = api(rita)
    client.get(reverse("patients:detail", args=[amara.pk]))
    caller.get(f"/api/v1/patients/{amara.pk}")
    rows = Entry.objects.about_patient(amara.pk).filter(verb="patients.view_patient")
    assert [(row.door, row.actor_id, row.outcome) for row in rows] == [
        ("api", rita.pk, "done"),
        ("page", rita.pk, "done"),
    ]


def test_a_list_and_a_search_are_one_row_each(
    amara: Patient, rita: User, client: Client, api: Callable[[User], Any]
) -> None:
    client.force_login(rita)
    client.get(reverse("patients:list"), {"q": "nwosu"})
    api(rita).get("/api/v1/patients", {"page_size": "5"})
    rows = Entry.objects.filter(verb="patients.view_patient", subject_id=None).order_by("id")
    assert [(row.door, row.details["count"]) for row in rows] == [("page", 1), ("api", 1)]
    assert rows[1].details["filters"] == {"page_size": "5"}


def test_a_denial_is_a_row_at_each_door(
    amara: Patient, una: User, client: Client, api: Callable[[User], Any]
) -> None:
    client.force_login(una)
    for answer in (
        client.get(reverse("patients:detail", args=[amara.pk])),
        client.post(reverse("patients:register"), form_data()),
        api(una).get(f"/api/v1/patients/{amara.pk}"),
        api(una).post("/api/v1/patients", {}),
    ):
        assert answer.status_code == 403
        assert b"Amara" not in answer.content
    denied = Entry.objects.filter(actor_id=una.pk, outcome="denied").order_by("id")
    assert [row.door for row in denied] == ["page", "page", "api", "api"]
    assert Patient.objects.count() == 1


def test_reading_what_nobody_needs_to_know_is_no_row(rita: User, client: Client) -> None:
    client.force_login(rita)
    for page in (reverse("accounts:me"), reverse("doctors:list"), "/healthz"):
        assert client.get(page).status_code == 200
    assert not Entry.objects.exists()


# ── No row, no data ─────────────────────────────────────────────────────────


@pytest.fixture
def no_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    """The audit cannot be written: its disk is full."""

    def full(*_: Any, **__: Any) -> None:
        raise DatabaseError("database or disk is full")

    monkeypatch.setattr(audit.services, "record", full)


@pytest.fixture
def page(rita: User, client: Client) -> Client:
    client.force_login(rita)
    client.raise_request_exception = False
    return client


@pytest.fixture
def caller(rita: User, api: Callable[[User], Any]) -> Any:
    caller = api(rita)
    caller.raise_request_exception = False
    return caller


def test_a_page_is_not_shown_that_cannot_be_recorded(amara: Patient, page: Client, no_audit: None) -> None:
    for address in (
        reverse("patients:detail", args=[amara.pk]),
        reverse("patients:list") + "?q=nwosu",
        reverse("patients:edit", args=[amara.pk]),
    ):
        answer = page.get(address)
        assert answer.status_code == 500
        assert b"Nwosu" not in answer.content
        assert b"disk" not in answer.content


def test_an_endpoint_does_not_answer_what_cannot_be_recorded(
    amara: Patient, caller: Any, no_audit: None
) -> None:
    for address in (f"/api/v1/patients/{amara.pk}", "/api/v1/patients", "/api/v1/patients?q=nwosu"):
        answer = caller.get(address)
        assert answer.status_code == 500
        assert answer["Content-Type"] == "application/problem+json"
        assert b"Nwosu" not in answer.content
        assert b"disk" not in answer.content


def test_an_act_that_cannot_be_recorded_is_not_done(
    amara: Patient, rita: User, monkeypatch: pytest.MonkeyPatch, no_audit: None
) -> None:
    with pytest.raises(DatabaseError):
        edit_patient(amara, family_name="Okafor", seen_version=1, by=rita)
    with pytest.raises(DatabaseError):
        register_patient(
            given_name="Ben",
            family_name="Berg",
            birth_date=amara.birth_date - timedelta(days=1),
            sex="male",
            by=rita,
        )
    assert [one.family_name for one in Patient.objects.all()] == ["Nwosu"]


def test_a_denial_that_cannot_be_recorded_is_still_a_denial(
    amara: Patient, una: User, client: Client, no_audit: None
) -> None:
    client.force_login(una)
    client.raise_request_exception = False
    answer = client.get(reverse("patients:detail", args=[amara.pk]))
    assert answer.status_code in {403, 500}
    assert b"Nwosu" not in answer.content
