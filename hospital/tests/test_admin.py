"""The administrators' window: open to them alone, and without a script of its own on any page."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts import places
from accounts.models import Department, Site, User
from audit.models import Entry
from doctors.models import Doctor
from doctors.tests.make import make_block, make_doctor, make_room, make_speciality
from hospital.admin import RecordAdmin
from hospital.tests.test_description import inline_scripts
from patients.models import Patient
from patients.tests.make import make_patient

pytestmark = pytest.mark.django_db

NOUNS = sorted(
    (model._meta.app_label, str(model._meta.model_name))
    for model, window in admin.site._registry.items()  # noqa: SLF001 Django names no other way
    if isinstance(window, RecordAdmin)
)


@pytest.fixture
def everything(department: Department, adam: User) -> None:
    """A row of most nouns, so that the lists have something to show."""
    doctor = make_doctor(department=department, specialities=(make_speciality(),))
    make_block(doctor, room=make_room(department))
    make_patient()


@pytest.fixture
def window(adam: User, client: Client) -> Client:
    client.force_login(adam)
    return client


def test_the_usual_nouns_are_there() -> None:
    names = {name for _, name in NOUNS}
    assert {"user", "site", "department", "apisession", "entry", "patient", "doctor", "room"} <= names
    assert {"speciality", "scheduleblock", "timeoff", "appointment"} <= names
    assert "group" not in names


def test_the_first_page_names_them(window: Client) -> None:
    page = window.get(reverse("admin:index"))
    assert page.status_code == 200
    assert inline_scripts(page.content.decode()) == []
    for words in ("Patients", "Users", "Audit entries"):
        assert words in page.content.decode()


@pytest.mark.parametrize(("app", "noun"), NOUNS)
def test_each_list_each_row_and_each_new_one(app: str, noun: str, window: Client, everything: None) -> None:
    changelist = window.get(reverse(f"admin:{app}_{noun}_changelist"))
    assert changelist.status_code == 200
    assert inline_scripts(changelist.content.decode()) == []
    adding = window.get(reverse(f"admin:{app}_{noun}_add"))
    assert adding.status_code in {200, 403}
    if adding.status_code == 200:
        assert inline_scripts(adding.content.decode()) == []
    for row in changelist.context["cl"].result_list[:1]:
        page = window.get(reverse(f"admin:{app}_{noun}_change", args=[row.pk]))
        assert page.status_code == 200
        assert inline_scripts(page.content.decode()) == []
        assert window.get(reverse(f"admin:{app}_{noun}_delete", args=[row.pk])).status_code == 403


@pytest.mark.parametrize(("app", "noun"), NOUNS)
def test_each_list_can_be_searched_and_ordered(app: str, noun: str, window: Client, everything: None) -> None:
    changelist = reverse(f"admin:{app}_{noun}_changelist")
    for query in ({"q": "ann"}, {"q": "\u202e'\"%_.*"}, {"q": "x" * 2_000}, {"o": "1.-2"}, {"p": "999"}):
        assert window.get(changelist, query).status_code in {200, 302}
    for hidden in ("password__startswith", "user__password__startswith", "auth_hash__startswith", "id__in"):
        assert window.get(changelist, {hidden: "a"}).status_code == 400


@pytest.mark.parametrize(("app", "noun"), NOUNS)
def test_every_filter_beside_a_list_works(app: str, noun: str, window: Client, everything: None) -> None:
    changelist = reverse(f"admin:{app}_{noun}_changelist")
    shown = window.get(changelist).context["cl"]
    for one in shown.filter_specs:
        for choice in list(one.choices(shown))[:3]:
            assert window.get(changelist + choice["query_string"]).status_code == 200


@pytest.mark.parametrize(("app", "noun"), NOUNS)
def test_it_is_closed_to_everybody_else(
    app: str, noun: str, rita: User, dora: User, mona: User, una: User, client: Client
) -> None:
    for name in ("changelist", "add"):
        page = reverse(f"admin:{app}_{noun}_{name}")
        assert client.get(page).status_code == 302
    for person in (rita, dora, mona, una):
        client.force_login(person)
        for name in ("changelist", "add"):
            answer = client.get(reverse(f"admin:{app}_{noun}_{name}"))
            assert answer.status_code in {302, 403}
            assert b"changelist" not in answer.content


def test_opening_a_patient_there_is_written_down(window: Client, everything: None, adam: User) -> None:
    patient = Patient.objects.get()
    window.get(reverse("admin:patients_patient_change", args=[patient.pk]))
    rows = Entry.objects.filter(patient_id=patient.pk, verb="patients.view_patient", actor_id=adam.pk)
    assert [row.door for row in rows] == ["admin"]


# ── Places ──────────────────────────────────────────────────────────────────


def site_form(**more: Any) -> dict[str, Any]:
    return {
        "name": "Southfield",
        "address": "2 Hill Road",
        "time_zone": "Asia/Kolkata",
        "number_prefix": "sf",
        "quiet_from": "21:00",
        "quiet_until": "08:00",
        "reminders": "1d 18:00, 2h",
    } | more


def test_a_site_is_opened_and_known_at_once(window: Client, site: Site) -> None:
    assert [one.name for one in places.sites()] == [site.name]
    answer = window.post(reverse("admin:accounts_site_add"), site_form())
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert Site.objects.get(name="Southfield").number_prefix == "SF"
    assert Entry.objects.get(verb="accounts.keep_places").door == "admin"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("time_zone", "Moon/Tycho"),
        ("number_prefix", "?"),
        ("number_prefix", "NF"),
        ("name", ""),
        ("name", "x" * 200),
    ],
)
def test_a_wrong_site_is_refused_at_the_field(name: str, value: str, window: Client, site: Site) -> None:
    answer = window.post(reverse("admin:accounts_site_add"), site_form(**{name: value}))
    assert answer.status_code == 200
    assert name in answer.context["adminform"].form.errors
    assert Site.objects.count() == 1


def test_a_department_is_opened_and_renamed(window: Client, site: Site) -> None:
    sent = {"site": str(site.pk), "name": "Surgery", "code": "SUR"}
    assert window.post(reverse("admin:accounts_department_add"), sent).status_code == 302
    surgery = Department.objects.get(code="SUR")
    page = reverse("admin:accounts_department_change", args=[surgery.pk])
    changed = sent | {"name": "Day surgery", "seen_version": "1"}
    assert window.post(page, changed).status_code == 302
    stored = Department.objects.get(code="SUR")
    assert (stored.name, stored.version) == ("Day surgery", 2)
    late = window.post(page, changed | {"name": "Night surgery"})
    assert "Somebody else has just changed this department" in late.content.decode()
    assert Department.objects.get(code="SUR").name == "Day surgery"


def test_a_code_stands_for_one_department_of_a_site(window: Client, department: Department) -> None:
    sent = {"site": str(department.site_id), "name": "Another", "code": department.code}
    answer = window.post(reverse("admin:accounts_department_add"), sent)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert Department.objects.count() == 1


def test_a_forged_form_changes_nothing(adam: User, site: Site) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(adam)
    assert strict.post(reverse("admin:accounts_site_add"), site_form()).status_code == 403
    assert Site.objects.count() == 1


def test_nobody_is_removed_by_the_dozen(window: Client, everything: None) -> None:
    doctor = Doctor.objects.get()
    chosen = {"action": "delete_selected", "_selected_action": [str(doctor.pk)], "post": "yes"}
    window.post(reverse("admin:doctors_doctor_changelist"), chosen)
    assert Doctor.objects.get() == doctor
