"""Adding doctors, specialities and rooms; finding doctors."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Department, User
from audit.models import Entry
from doctors.models import Doctor
from doctors.services import add_doctor, add_room, add_speciality
from doctors.tests.make import make_department, make_doctor, make_room, make_speciality
from hospital.errors import Refusal
from hospital.tests.queries import counted

API = "/api/v1/doctors"


def form(where: Department, **more: Any) -> dict[str, Any]:
    return {
        "title": "Dr.",
        "given_name": "Alma",
        "family_name": "Åberg",
        "department": str(where.pk),
        "consultation_fee_amount": "80.50",
        "languages": "German, English",
        "nonce": "a" * 32,
    } | more


def test_a_manager_adds_a_doctor(department: Department, mona: User) -> None:
    heart = make_speciality()
    doctor = add_doctor(
        given_name=" Alma ",
        family_name="Åberg",
        department=department,
        specialities=[heart],
        consultation_fee_amount=Decimal("80.515"),
        languages="German ,English,,",
        by=mona,
    )
    doctor.refresh_from_db()
    assert str(doctor) == "Dr. Alma Åberg"
    assert doctor.specialities == [heart]
    assert doctor.consultation_fee_amount == Decimal("80.52")
    assert doctor.languages == "German, English"
    assert Entry.objects.get(verb="doctors.add_doctor").subject_id == doctor.pk


def test_a_linked_user_knows_the_profile(department: Department, mona: User, dora: User) -> None:
    doctor = add_doctor(given_name="Dora", family_name="Dietz", department=department, user=dora, by=mona)
    dora.refresh_from_db()
    assert dora.profile_id == doctor.pk


def test_only_a_doctor_who_is_not_linked_yet_can_be_linked(
    department: Department, mona: User, dora: User, rita: User
) -> None:
    make_doctor(user=dora)
    for user, code in ((dora, "user_linked"), (rita, "not_a_doctor")):
        with pytest.raises(Refusal) as refusal:
            add_doctor(given_name="D", family_name="D", department=department, user=user, by=mona)
        assert refusal.value.code == code
    assert Doctor.objects.count() == 1


def test_names_are_needed(department: Department, mona: User) -> None:
    with pytest.raises(ValidationError) as error:
        add_doctor(given_name="", family_name="", department=department, by=mona)
    assert set(error.value.message_dict) == {"given_name", "family_name"}


def test_reception_adds_no_doctor(department: Department, rita: User) -> None:
    with pytest.raises(PermissionDenied):
        add_doctor(given_name="A", family_name="B", department=department, by=rita)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("åb", ["Åberg"]),
        ("ÅBERG a", ["Åberg"]),
        ("alma", ["Åberg"]),
        ("dr. alma åb", ["Åberg"]),
        ("z", ["Zorn"]),
        ("berg", []),
        ("%", []),
        ("ünal o'n", ["O'Neill"]),
    ],
)
def test_doctors_are_found_by_the_beginning_of_a_name(
    department: Department, words: str, found: list[str]
) -> None:
    make_doctor(given_name="Alma", family_name="Åberg")
    make_doctor(given_name="Zoe", family_name="Zorn")
    make_doctor(given_name="Ünal", family_name="O'Neill")
    assert [one.family_name for one in Doctor.objects.search(words)] == found


def test_one_speciality_per_code_and_name(adam: User) -> None:
    add_speciality(name="Cardiology", code="cardiology", by=adam)
    for name, code, field in (("Heart", "cardiology", "code"), ("Cardiology", "heart", "name")):
        with pytest.raises(ValidationError) as error:
            add_speciality(name=name, code=code, by=adam)
        assert field in error.value.message_dict


def test_one_room_per_name_in_a_department(department: Department, adam: User) -> None:
    add_room(department=department, name="Room 1", places=2, by=adam)
    add_room(department=make_department(), name="Room 1", by=adam)
    with pytest.raises(ValidationError):
        add_room(department=department, name=" Room 1", by=adam)
    with pytest.raises(ValidationError):
        add_room(department=department, name="Room 2", places=0, by=adam)


# ── The page ────────────────────────────────────────────────────────────────


def test_the_page_adds_a_doctor(department: Department, adam: User, dora: User, client: Client) -> None:
    heart = make_speciality()
    client.force_login(adam)
    assert client.get(reverse("doctors:add")).status_code == 200
    answer = client.post(
        reverse("doctors:add"), form(department, specialities=[str(heart.pk)], user=str(dora.pk))
    )
    doctor = Doctor.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, doctor.get_absolute_url())
    assert (doctor.consultation_fee_minor, doctor.specialities, doctor.user) == (8050, [heart], dora)


def test_the_same_form_sent_twice_adds_one_doctor(department: Department, mona: User, client: Client) -> None:
    client.force_login(mona)
    answers = [client.post(reverse("doctors:add"), form(department)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Doctor.objects.count() == 1


def test_the_page_names_the_wrong_fields_and_keeps_the_rest(
    department: Department, mona: User, client: Client
) -> None:
    client.force_login(mona)
    answer = client.post(
        reverse("doctors:add"),
        form(department, family_name="", department="nowhere", phone="12", consultation_fee_amount="-1"),
    )
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {
        "family_name",
        "department",
        "phone",
        "consultation_fee_amount",
    }
    assert 'value="Alma"' in answer.content.decode()


def test_the_list_filters_and_its_queries_do_not_grow(
    department: Department, rita: User, client: Client
) -> None:
    heart, skin = make_speciality(), make_speciality("dermatology")
    for number in range(12):
        make_doctor(family_name=f"Heart {number}", specialities=(heart,))
    make_doctor(family_name="Skin", specialities=(skin,))
    make_doctor(family_name="Gone", is_active=False)
    client.force_login(rita)
    client.get(reverse("doctors:list"))
    with counted(at_most=5):
        page = client.get(reverse("doctors:list")).content.decode()
    assert "Heart 11" in page
    assert "Skin" in page
    assert "Gone" not in page
    page = client.get(reverse("doctors:list"), {"speciality": "dermatology"}).content.decode()
    assert "Skin" in page
    assert "Heart 1" not in page
    assert "Gone" in client.get(reverse("doctors:list"), {"q": "go", "is_active": "false"}).content.decode()


def test_htmx_receives_the_results_alone(department: Department, rita: User, client: Client) -> None:
    make_doctor(family_name="Alone")
    client.force_login(rita)
    answer = client.get(reverse("doctors:list"), {"q": "alone"}, headers={"HX-Request": "true"})
    assert "Alone" in answer.content.decode()
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


def test_whoever_has_no_role_sees_no_doctors(department: Department, una: User, client: Client) -> None:
    doctor = make_doctor(family_name="Hidden")
    client.force_login(una)
    for page in (reverse("doctors:list"), doctor.get_absolute_url()):
        answer = client.get(page)
        assert answer.status_code in {403, 404}
        assert b"Hidden" not in answer.content


# ── The API ─────────────────────────────────────────────────────────────────


def body(department: Department, **more: Any) -> dict[str, Any]:
    return {
        "given_name": "Alma",
        "family_name": "Åberg",
        "department": str(department.pk),
        "specialities": ["cardiology"],
        "languages": ["German", "English"],
        "consultation_fee_amount": "80.50",
    } | more


def test_the_api_adds_a_doctor(department: Department, mona: User, api: Callable[[User], Any]) -> None:
    make_speciality()
    answer = api(mona).post(API, body(department))
    assert answer.status_code == 201, answer.content
    given = answer.json()
    assert answer["Location"] == f"{API}/{given['id']}"
    assert answer["ETag"] == '"1"'
    assert given["name"] == "Dr. Alma Åberg"
    assert given["specialities"] == [{"code": "cardiology", "name": "Cardiology"}]
    assert (given["consultation_fee_amount"], given["currency"]) == ("80.50", "EUR")
    assert (given["languages"], given["time_zone"]) == (["German", "English"], "Europe/Berlin")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"family_name": ""}, "family_name"),
        ({"family_name": "x" * 10_000}, "family_name"),
        ({"department": "nowhere"}, "department"),
        ({"specialities": ["alchemy"]}, "specialities"),
        ({"consultation_fee_amount": "-1"}, "consultation_fee_amount"),
        ({"consultation_fee_amount": "1.234"}, "consultation_fee_amount"),
        ({"phone": "12"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"user": "01a205f4-935f-738e-8a87-153d685c136f"}, "user"),
    ],
)
def test_the_api_names_the_wrong_field(
    department: Department, mona: User, api: Callable[[User], Any], wrong: dict[str, Any], field: str
) -> None:
    make_speciality()
    answer = api(mona).post(API, body(department) | wrong)
    assert answer.status_code == 400, answer.json()
    assert any(error["field"].startswith(field) for error in answer.json()["errors"]), answer.json()


def test_ids_and_status_are_not_writable(
    department: Department, mona: User, api: Callable[[User], Any]
) -> None:
    make_speciality()
    given = api(mona).post(API, body(department, id="x", is_active=False, version=9, name_key="a")).json()
    assert (given["is_active"], given["version"]) == (True, 1)


def test_the_api_lists_and_filters(department: Department, ivo: User, api: Callable[[User], Any]) -> None:
    heart = make_speciality()
    for number in range(7):
        make_doctor(family_name=f"Heart {number}", specialities=(heart,))
    make_doctor(family_name="Gone", is_active=False)
    caller = api(ivo)
    with counted(at_most=5):
        answer = caller.get(API)
    assert [one["family_name"] for one in answer.json()["results"]][:2] == ["Gone", "Heart 0"]

    def names(**filters: str) -> list[str]:
        return [one["family_name"] for one in caller.get(API, filters).json()["results"]]

    assert len(names(speciality="cardiology")) == 7
    assert names(is_active="false") == ["Gone"]
    assert names(q="heart 3") == ["Heart 3"]
    assert len(names(department=str(department.pk))) == 8
    assert names(department=str(make_department().pk)) == []
    assert len(names(page_size="3")) == 3
    assert names(ordering="-name_key")[0] == "Heart 6"


@pytest.mark.parametrize(
    "query",
    ["user__password__startswith=a", "_connector=OR", "ordering=user__password", "department=x", "q=%00"],
)
def test_undeclared_filters_are_refused(
    department: Department, ivo: User, api: Callable[[User], Any], query: str
) -> None:
    assert api(ivo).get(f"{API}?{query}").status_code == 400


def test_the_api_lets_reception_add_nobody(
    department: Department, rita: User, api: Callable[[User], Any]
) -> None:
    assert api(rita).post(API, body(department)).status_code == 403
    assert not Doctor.objects.exists()


# ── The administrators' window ──────────────────────────────────────────────


def test_the_admin_adds_a_speciality_through_the_service(adam: User, client: Client) -> None:
    client.force_login(adam)
    client.post(reverse("admin:doctors_speciality_add"), {"name": "Cardiology", "code": "cardiology"})
    assert Entry.objects.get(verb="doctors.keep_reference_data").actor == adam


def test_the_admin_shows_every_noun(department: Department, adam: User, client: Client) -> None:
    doctor, room = make_doctor(), make_room()
    client.force_login(adam)
    for name in ("doctor", "room", "speciality", "scheduleblock", "timeoff"):
        assert client.get(reverse(f"admin:doctors_{name}_changelist")).status_code == 200
        assert client.get(reverse(f"admin:doctors_{name}_add")).status_code == 200
    for name, pk in (("doctor", doctor.pk), ("room", room.pk)):
        assert client.get(reverse(f"admin:doctors_{name}_change", args=[pk])).status_code == 200
