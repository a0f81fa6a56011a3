"""Problems on the page and through the API: what is asked, what a refusal keeps, and who may."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from e2e.pages import EVIL
from hospital.tests.queries import counted
from patients.clinical import icd
from patients.models import Patient, Problem
from patients.services import record_problem
from patients.tests.make import make_treated

NONCE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def amara(site: Site, dora: User, nora: User) -> Patient:
    """Amara, born on 3 February 1959, is in the care of Dora and Nora."""
    return make_treated(dora, nora)


def sent(**overrides: str) -> dict[str, str]:
    """What the browser sends for diabetes."""
    data = {
        "code": "E11.9",
        "onset_on": "",
        "onset_year": "2014",
        "ended_on": "",
        "ended_year": "",
        "note": "",
    }
    return data | {"nonce": NONCE} | overrides


def page(patient: Patient, name: str = "record_problem") -> str:
    return reverse(f"patients:{name}", args=[patient.pk])


def url(patient: Patient) -> str:
    return f"/api/v1/patients/{patient.pk}/problems"


# ── The page ─────────────────────────────────────────────────────────────────
def test_a_doctor_looks_for_it_chooses_and_records(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    found = client.get(page(amara), {"q": "diab"}).content.decode()
    assert f"{page(amara)}?code=E11.9" in found
    assert icd.VERSION in found
    form = client.get(page(amara), {"code": "E11.9"}).content.decode()
    assert "Type 2 diabetes mellitus without complications" in form
    assert icd.VERSION in form

    answer = client.post(page(amara), sent(), follow=True)

    assert answer.redirect_chain[-1][0] == page(amara, "problems")
    assert "since 2014" in answer.content.decode()
    record = client.get(page(amara, "detail")).content.decode()
    assert "Type 2 diabetes mellitus without complications" in record


def test_while_one_types_only_the_answers_are_sent(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    with counted(at_most=2):
        part = client.get(page(amara, "codes"), {"q": "high blood"}, headers={"HX-Request": "true"})

    assert "I10" in part.content.decode()
    assert "<html" not in part.content.decode()
    plain = client.get(page(amara, "codes"), {"q": "gout"})
    assert (plain.status_code, plain.url) == (302, f"{page(amara)}?q=gout")  # type: ignore[attr-defined]


def test_what_has_no_code_is_recorded_in_words(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    assert "?words=lives+alone" in client.get(page(amara), {"q": "lives alone"}).content.decode()

    client.post(page(amara), sent(code="", title="Lives alone", onset_year=""))

    assert Problem.objects.get().title == "Lives alone"
    assert "In words, without a code" in client.get(page(amara, "problems")).content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"onset_year": "14000"}, "onset_year"),
        ({"onset_year": "1958"}, "onset_on"),
        ({"onset_on": "2015-02-03"}, "onset_year"),
        ({"ended_year": "2013"}, "ended_on"),
        ({"ended_on": "yesterday"}, "ended_on"),
        ({"code": "", "title": ""}, "title"),
    ],
)
def test_what_was_typed_stays_when_something_is_wrong(
    amara: Patient, dora: User, client: Client, wrong: dict[str, str], field: str
) -> None:
    client.force_login(dora)
    answer = client.post(page(amara), sent(note="Kept as typed", **wrong))

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Kept as typed" in text
    assert f'id="id_{field}_error"' in text
    assert not Problem.objects.exists()


def test_a_refusal_is_said_on_the_form(amara: Patient, dora: User, client: Client) -> None:
    record_problem(amara, code="E11.9", by=dora)
    client.force_login(dora)

    answer = client.post(page(amara), sent(note="Kept as typed"))

    assert answer.status_code == 422
    assert "is on the list already, and active" in answer.content.decode()
    assert "Kept as typed" in answer.content.decode()


def test_a_code_that_is_none_is_said_on_the_form(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)

    answer = client.post(page(amara), sent(code="ZZZ", title="Gout"))

    assert answer.status_code == 422
    assert "This is not a code of ICD-10-CM" in answer.content.decode()


def test_the_same_form_sent_twice_counts_once(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    answers = [client.post(page(amara), sent()).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Problem.objects.count() == 1


def test_a_script_is_only_text_on_every_page(amara: Patient, dora: User, client: Client) -> None:
    problem = record_problem(amara, title=EVIL, note="{{ request.user }}", by=dora)
    client.force_login(dora)
    pages = [
        page(amara, "problems"),
        page(amara, "detail"),
        f"{page(amara)}?q={EVIL}",
        f"{page(amara)}?words={EVIL}",
        *(
            reverse(f"patients:{act}_problem", args=[amara.pk, problem.pk])
            for act in ("edit", "resolve", "retract")
        ),
    ]
    for address in pages:
        text = client.get(address).content.decode()
        assert "<script>owned" not in text
        assert "<img src=x" not in text


def test_the_list_costs_the_same_for_one_as_for_many(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    for code in ("I10", "E11.9", "M10.9", "J45.909"):
        record_problem(amara, code=code, by=dora)
    with counted(at_most=7):
        client.get(page(amara, "problems"))


# ── The API ──────────────────────────────────────────────────────────────────
def test_a_doctor_records_and_reads_at_the_api(amara: Patient, dora: User, api: Any) -> None:
    body = {"code": "E11.9", "onset_on": "2014-05-05", "onset_is_year": True}
    made = api(dora).post(url(amara), body)

    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert (made.json()["title"], made.json()["onset_on"]) == (
        "Type 2 diabetes mellitus without complications",
        "2014-01-01",
    )
    assert api(dora).get(made.headers["Location"]).json() == made.json()
    assert api(dora).get(url(amara)).json()["results"] == [made.json()]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"code": "ZZZ"}, 400),
        ({"code": {"$ne": None}}, 400),
        ({"title": " "}, 400),
        ({"code": "E11.9", "onset_on": "2999-01-01"}, 400),
        ({"code": "E11.9", "onset_on": "2014-02-30"}, 400),
        ({"code": "I10"}, 409),
    ],
)
def test_the_api_says_why_nothing_was_written(
    amara: Patient, dora: User, api: Any, body: dict[str, Any], status: int
) -> None:
    record_problem(amara, code="I10", by=dora)

    assert api(dora).post(url(amara), body).status_code == status
    assert Problem.objects.count() == 1


def test_the_same_key_counts_once(amara: Patient, dora: User, api: Any) -> None:
    client = api(dora)
    answers = [client.post(url(amara), {"code": "I10"}, headers={"Idempotency-Key": "k1"}) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert Problem.objects.count() == 1


def test_an_id_in_the_body_names_nobody_elses_row(amara: Patient, dora: User, api: Any) -> None:
    """T03."""
    other = record_problem(make_treated(dora, given_name="Bea"), code="M10.9", by=dora)
    body = {"id": str(other.pk), "patient": str(other.patient_id), "status": "resolved", "code": "I10"}
    made = api(dora).post(url(amara), body).json()

    assert made["id"] != str(other.pk)
    assert (made["patient"], made["status"]) == (str(amara.pk), "active")
    other_now = Problem.objects.get(pk=other.pk)
    assert (other_now.code, other_now.version) == ("M10.9", 1)


def test_the_list_at_the_api_costs_the_same_for_one_as_for_many(amara: Patient, dora: User, api: Any) -> None:
    client = api(dora)
    for code in ("I10", "E11.9", "M10.9", "J45.909"):
        record_problem(amara, code=code, by=dora)
    with counted(at_most=5):
        client.get(url(amara))


def test_programs_look_for_codes_too(amara: Patient, dora: User, api: Any) -> None:
    client = api(dora)
    with counted(at_most=1):
        body = client.get("/api/v1/icd-10-cm", {"q": "high blood pr"}).json()

    assert body == {
        "edition": icd.VERSION,
        "codes": [{"code": "I10", "title": "Essential (primary) hypertension", "billable": True}],
    }
    for question in ("", "a", "\x00", "{$zzz}", "x" * 10_000):
        assert client.get("/api/v1/icd-10-cm", {"q": question}).json()["codes"] == []


# ── Who ──────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("who", ["rita", "adam", "pia", "carl", "mona", "ivo", "una"])
def test_others_neither_see_nor_record(
    amara: Patient, dora: User, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    record_problem(amara, code="M10.9", by=dora)
    client.force_login(user)
    answers = [
        client.get(page(amara, "problems")),
        client.post(page(amara), sent()),
        client.get(page(amara, "codes"), {"q": "gout"}),
        api(user).get(url(amara)),
        api(user).post(url(amara), {"code": "I10"}),
        api(user).get("/api/v1/icd-10-cm", {"q": "gout"}),
    ]

    assert [one.status_code for one in answers] == [403] * 6
    assert all("Gout" not in one.content.decode() for one in answers)
    with pytest.raises(PermissionDenied):
        record_problem(amara, code="I10", by=user)
    assert Problem.objects.count() == 1


def test_a_doctor_who_does_not_treat_the_patient_is_told_nothing(
    amara: Patient, nora: User, dov: User, client: Client, api: Any
) -> None:
    record_problem(amara, code="M10.9", by=nora)
    client.force_login(dov)

    assert client.get(page(amara, "problems")).url == f"{page(amara, 'detail')}#declare"  # type: ignore[attr-defined]
    assert "Gout" not in client.get(page(amara, "detail")).content.decode()
    answers = [client.post(page(amara), sent()), api(dov).get(url(amara)), api(dov).post(url(amara), {})]
    assert [one.status_code for one in answers] == [404] * 3
    assert Problem.objects.count() == 1
    assert Entry.objects.filter(outcome="denied", patient_id=amara.pk, actor_id=dov.pk).count() == 4
