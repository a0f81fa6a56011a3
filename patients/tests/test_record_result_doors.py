"""Writing down laboratory results: by hand on the page, by other systems at the API."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from hospital import clock
from patients.models import LabResult, Patient
from patients.services import begin_care
from patients.tests.make import make_patient
from patients.tests.make_results import a_day, make_result, potassium, starter_set

pytestmark = pytest.mark.mongo_slow("the services' own tests repeat on both engines")


@pytest.fixture
def amara(site: Site) -> Patient:
    starter_set()
    return make_patient()


@pytest.fixture
def bela(site: Site) -> Patient:
    return make_patient(given_name="Bela", family_name="Bartos")


@pytest.fixture
def treating(amara: Patient, nora: User, rita: User) -> User:
    """Nora, who treats Amara."""
    begin_care(amara, user=nora, because="Ward", by=rita)
    return nora


# ── The page ─────────────────────────────────────────────────────────────────
def sent(**overrides: str) -> dict[str, str]:
    """What the browser sends."""
    data = {
        "value": "5,6",
        "unit": "mmol/L",
        "low": "3.5",
        "high": "5",
        "flag": "",
        "taken_at": f"{a_day():%Y-%m-%dT%H:%M}",
        "text": "",
        "laboratory": "Ward",
        "note": "",
        "nonce": "0123456789abcdef0123456789abcdef",
    }
    return data | overrides


def page_of(patient: Patient, loinc: str = "2823-3") -> str:
    return f"{reverse('patients:record_result', args=[patient.pk])}?loinc={loinc}"


def test_a_nurse_chooses_the_test_and_writes_down_the_value(
    amara: Patient, treating: User, client: Client
) -> None:
    client.force_login(treating)
    choose = client.get(reverse("patients:record_result", args=[amara.pk]), {"q": "potas"}).content.decode()
    assert "Potassium" in choose
    assert "Sodium" not in choose
    form = client.get(page_of(amara)).content.decode()
    assert 'value="mmol/L"' in form
    assert 'value="3.5"' in form

    answer = client.post(page_of(amara), sent())

    assert answer.headers["Location"] == reverse("patients:results", args=[amara.pk])
    result = LabResult.objects.get()
    assert (result.shown, result.flag, result.source, result.recorded_by) == ("5.6", "H", "hand", treating)


def test_typing_swaps_the_tests_only(amara: Patient, treating: User, client: Client) -> None:
    client.force_login(treating)
    address = reverse("patients:record_result", args=[amara.pk])
    part = client.get(address, {"q": "2823"}, headers={"HX-Request": "true"}).content.decode()

    assert "Potassium" in part
    assert "<html" not in part


def test_a_child_gets_no_range_of_adults_to_begin_with(
    amara: Patient, nora: User, rita: User, client: Client
) -> None:
    child = make_patient(birth_date=date(clock.today("Europe/Berlin").year - 10, 1, 1))
    begin_care(child, user=nora, because="Ward", by=rita)
    client.force_login(nora)

    assert 'value="3.5"' not in client.get(page_of(child)).content.decode()


def test_a_double_click_records_once(amara: Patient, treating: User, client: Client) -> None:
    client.force_login(treating)
    for _ in range(2):
        assert client.post(page_of(amara), sent()).status_code == 302

    assert LabResult.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"value": "", "text": ""}, "Write a value, or the result in words."),
        ({"value": "1,234"}, "Nobody can tell"),
        ({"value": "many"}, "Write a number"),
        ({"value": "4\x00"}, "Null characters are not allowed."),
        ({"unit": ""}, "Write the unit."),
        ({"low": "x"}, "Write a number"),
        ({"low": "9"}, "The range ends before it begins."),
        ({"flag": "N"}, "This flag does not go with"),
        ({"flag": "Q"}, "Select a valid choice."),
        ({"taken_at": "2199-01-01T08:00"}, "This is in the future."),
        ({"taken_at": "1950-01-01T08:00"}, "before the patient was born"),
        ({"taken_at": "soon"}, "Write it as"),
        ({"taken_at": ""}, "This field is required."),
        ({"value": "99999"}, "I have looked again: the value is right"),
        ({"nonce": ""}, "This form is incomplete."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    amara: Patient, treating: User, client: Client, wrong: dict[str, str], words: str
) -> None:
    client.force_login(treating)
    answer = client.post(page_of(amara), sent(note="Under the oak") | wrong)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Under the oak" in answer.content.decode()
    assert not LabResult.objects.exists()


def test_the_question_is_asked_only_where_a_value_is_unlikely(
    amara: Patient, treating: User, client: Client
) -> None:
    client.force_login(treating)
    assert "I have looked again" not in client.get(page_of(amara)).content.decode()

    assert client.post(page_of(amara), sent(value="99999", confirmed="on")).status_code == 302
    assert LabResult.objects.get().value == 99999


def test_who_does_not_treat_the_patient_is_led_back(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)

    assert client.get(page_of(amara)).headers["Location"].endswith("#declare")
    assert client.post(page_of(amara), sent()).status_code == 404
    assert not LabResult.objects.exists()


# ── The API ──────────────────────────────────────────────────────────────────
def body(**overrides: Any) -> dict[str, Any]:
    return {**potassium(), "taken_at": a_day().isoformat()} | overrides


def test_another_system_records_one(amara: Patient, ivo: User, api: Any) -> None:
    answer = api(ivo).post(f"/api/v1/patients/{amara.pk}/results", body(value="5.6"))

    assert answer.status_code == 201
    written = answer.json()
    assert answer.headers["Location"].endswith(f"/results/{written['id']}")
    assert (written["value"], written["flag"], written["source"]) == ("5.6", "H", "api")


def test_another_system_records_a_whole_sample(amara: Patient, ivo: User, api: Any) -> None:
    client = api(ivo)
    sample = [body(), body(loinc="2951-2", name="Sodium", value=140, low=None, high=None)]
    answers = [
        client.post(f"/api/v1/patients/{amara.pk}/results", sample, headers={"Idempotency-Key": "s-1"})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert [one["name"] for one in answers[0].json()] == ["Potassium", "Sodium"]
    assert LabResult.objects.count() == 2


def test_a_sample_with_a_mistake_is_not_taken_at_all(amara: Patient, ivo: User, api: Any) -> None:
    client, address = api(ivo), f"/api/v1/patients/{amara.pk}/results"
    shape = client.post(address, [body(), body(value="x")])
    rule = client.post(address, [body(), body(loinc="2823-4")])

    assert [error["field"] for error in shape.json()["errors"]] == ["1.value"]
    assert [error["field"] for error in rule.json()["errors"]] == ["1.loinc"]
    assert not LabResult.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"loinc": "2823-4"}, "loinc"),
        ({"loinc": {"$ne": ""}}, "loinc"),
        ({"value": "12345678901.5"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"value": "4.3", "unit": ""}, "unit"),
        ({"taken_at": "2999-01-01T00:00:00Z"}, "taken_at"),
        ({"taken_at": "yesterday"}, "taken_at"),
        ({"taken_at": "0001-01-01T00:00:00Z"}, "taken_at"),
        ({"taken_at": "9999-12-31T23:59:59-14:00"}, "taken_at"),
        ({"flag": "X"}, "flag"),
        ({"name": "a\x00"}, "name"),
        ({"value": "430000"}, "value"),
    ],
)
def test_the_api_names_the_field_that_is_wrong(
    amara: Patient, ivo: User, api: Any, wrong: dict[str, Any], field: str
) -> None:
    answer = api(ivo).post(f"/api/v1/patients/{amara.pk}/results", body(**wrong))

    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not LabResult.objects.exists()


@pytest.mark.parametrize("nonsense", [[], [1], ["x"], [None], "x", 1, [[]]])
def test_what_is_neither_a_result_nor_a_list_of_them_is_400(
    amara: Patient, ivo: User, api: Any, nonsense: Any
) -> None:
    assert api(ivo).post(f"/api/v1/patients/{amara.pk}/results", nonsense).status_code == 400


def test_what_is_read_only_is_not_written(amara: Patient, bela: Patient, ivo: User, api: Any) -> None:
    """T03: an id of another patient's row in the body."""
    theirs = make_result(bela)
    sent_too = {
        "id": str(theirs.pk),
        "patient": str(bela.pk),
        "reviewed_at": "2020-01-01T00:00:00Z",
        "retracted_at": "2020-01-01T00:00:00Z",
        "source": "hand",
        "version": 7,
    }
    written = api(ivo).post(f"/api/v1/patients/{amara.pk}/results", body(**sent_too)).json()

    assert written["id"] != str(theirs.pk)
    assert (written["patient"], written["reviewed_at"], written["retracted_at"]) == (
        str(amara.pk),
        None,
        None,
    )
    assert (written["source"], written["version"]) == ("api", 1)
    theirs.refresh_from_db()
    assert (theirs.patient_id, theirs.version) == (bela.pk, 1)


def test_a_doctor_who_does_not_treat_the_patient_gets_404(amara: Patient, dora: User, api: Any) -> None:
    answer = api(dora).post(f"/api/v1/patients/{amara.pk}/results", body())

    assert answer.status_code == 404
    assert not LabResult.objects.exists()
    assert Entry.objects.filter(actor_id=dora.pk, outcome="denied", patient_id=amara.pk).exists()
