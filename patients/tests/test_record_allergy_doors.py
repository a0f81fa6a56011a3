"""Allergies on the page and through the API: what is asked, what a refusal keeps, and who may."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from e2e.pages import EVIL
from hospital.tests.queries import counted
from patients.models import Allergy, Patient
from patients.services import (
    record_allergy,
)
from patients.tests.make import make_patient, make_treated

NONCE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def amara(site: Site, dora: User, nora: User) -> Patient:
    """Amara is in the care of Dora and Nora."""
    return make_treated(dora, nora)


def sent(**overrides: str) -> dict[str, str]:
    """What the browser sends for penicillin."""
    data = {
        "substance_key": "penicillins",
        "kind": "allergy",
        "reaction": "anaphylaxis",
        "severity": "severe",
        "criticality": "high",
        "verification": "confirmed",
        "noted_on": "",
        "note": "",
        "nonce": NONCE,
    }
    return data | overrides


def page(patient: Patient, name: str = "record_allergy") -> str:
    return reverse(f"patients:{name}", args=[patient.pk])


def url(patient: Patient) -> str:
    return f"/api/v1/patients/{patient.pk}/allergies"


# ── The page ─────────────────────────────────────────────────────────────────
def test_a_nurse_looks_for_it_chooses_and_records(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    found = client.get(page(amara), {"q": "peni"}).content.decode()
    assert f"{page(amara)}?substance=penicillins" in found
    form = client.get(page(amara), {"substance": "penicillins"}).content.decode()
    assert "J01C" in form

    answer = client.post(page(amara), sent(), follow=True)

    assert answer.redirect_chain[-1][0] == page(amara, "allergies")
    assert "Penicillins" in answer.content.decode()
    assert Allergy.objects.get().criticality == "high"


def test_while_one_types_only_the_answers_are_sent(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    with counted(at_most=2):
        part = client.get(page(amara, "allergens"), {"q": "augm"}, headers={"HX-Request": "true"})

    assert "Amoxicillin with clavulanic acid" in part.content.decode()
    assert "<html" not in part.content.decode()
    plain = client.get(page(amara, "allergens"), {"q": "augm"})
    assert (plain.status_code, plain.url) == (302, f"{page(amara)}?q=augm")  # type: ignore[attr-defined]


def test_what_nobody_knows_is_recorded_in_words_and_shown_as_not_coded(
    amara: Patient, nora: User, client: Client
) -> None:
    client.force_login(nora)
    found = client.get(page(amara), {"q": "blue pills"}).content.decode()
    assert "Not coded: cannot be checked against medicines" in found
    assert "?words=blue+pills" in found

    client.post(page(amara), sent(substance_key="", substance="Blue pills", category="medication"))

    listed = client.get(page(amara, "allergies")).content.decode()
    assert "Blue pills" in listed
    assert "Not coded: cannot be checked against medicines" in listed


def test_what_was_typed_stays_when_something_is_wrong(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    answer = client.post(
        page(amara), sent(substance_key="", substance="Blue pills", reaction="Itching all over")
    )

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Blue pills" in text
    assert "Itching all over" in text
    assert 'id="id_category_error"' in text
    assert not Allergy.objects.exists()


def test_a_refusal_is_said_on_the_form(amara: Patient, nora: User, client: Client) -> None:
    record_allergy(amara, substance_key="penicillins", by=nora)
    client.force_login(nora)

    answer = client.post(page(amara), sent(reaction="Kept as typed"))

    assert answer.status_code == 422
    assert "Penicillins is on record already" in answer.content.decode()
    assert "Kept as typed" in answer.content.decode()


def test_the_same_form_sent_twice_counts_once(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    answers = [client.post(page(amara), sent()).status_code for _ in range(2)]

    assert answers == [302, 302]
    assert Allergy.objects.count() == 1


def test_a_script_is_only_text_on_every_page(amara: Patient, nora: User, client: Client) -> None:
    allergy = record_allergy(
        amara, substance=EVIL, category="food", reaction=EVIL, note="{{ request.user }}", by=nora
    )
    client.force_login(nora)
    pages = [
        page(amara, "allergies"),
        page(amara, "detail"),
        f"{page(amara)}?q={EVIL}",
        f"{page(amara)}?words={EVIL}",
        reverse("patients:edit_allergy", args=[amara.pk, allergy.pk]),
        reverse("patients:retract_allergy", args=[amara.pk, allergy.pk]),
    ]
    for address in pages:
        text = client.get(address).content.decode()
        assert "<script>owned" not in text
        assert "<img src=x" not in text


def test_the_list_costs_the_same_for_one_as_for_many(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    for key in ("latex", "nickel", "penicillins", "codeine"):
        record_allergy(amara, substance_key=key, by=dora)
    with counted(at_most=7):
        client.get(page(amara, "allergies"))
    with counted(at_most=6):
        client.get(page(amara))


# ── The API ──────────────────────────────────────────────────────────────────
def test_a_doctor_records_and_reads_at_the_api(amara: Patient, dora: User, api: Any) -> None:
    body = {"substance_key": "penicillins", "criticality": "high", "verification": "confirmed"}
    made = api(dora).post(url(amara), body)

    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert (made.json()["substance"], made.json()["atc"], made.json()["coded"]) == (
        "Penicillins",
        "J01C",
        True,
    )
    assert made.json()["recorded_by"] == str(dora.pk)
    assert api(dora).get(made.headers["Location"]).json() == made.json()
    assert api(dora).get(url(amara)).json()["results"] == [made.json()]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"substance_key": "no_such"}, 400),
        ({"substance": "Blue pills"}, 400),
        ({"substance": {"$ne": None}, "category": "food"}, 400),
        ({"substance_key": "latex", "verification": "perhaps"}, 400),
        ({"substance_key": "latex", "noted_on": "2999-01-01"}, 400),
        ({"substance_key": "nickel"}, 409),
    ],
)
def test_the_api_says_why_nothing_was_written(
    amara: Patient, dora: User, api: Any, body: dict[str, Any], status: int
) -> None:
    record_allergy(amara, substance_key="nickel", by=dora)

    assert api(dora).post(url(amara), body).status_code == status
    assert Allergy.objects.count() == 1


def test_the_same_key_counts_once(amara: Patient, dora: User, api: Any) -> None:
    client = api(dora)
    answers = [
        client.post(url(amara), {"substance_key": "latex"}, headers={"Idempotency-Key": "k1"})
        for _ in range(2)
    ]

    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert Allergy.objects.count() == 1


def test_an_id_in_the_body_names_nobody_elses_row(amara: Patient, dora: User, api: Any) -> None:
    """T03."""
    other = record_allergy(make_treated(dora, given_name="Bea"), substance_key="nickel", by=dora)
    body = {
        "id": str(other.pk),
        "patient": str(other.patient_id),
        "recorded_by": str(other.pk),
        "status": "inactive",
        "substance_key": "latex",
    }
    made = api(dora).post(url(amara), body).json()

    assert made["id"] != str(other.pk)
    assert (made["patient"], made["recorded_by"], made["status"]) == (str(amara.pk), str(dora.pk), "active")
    other_now = Allergy.objects.get(pk=other.pk)
    assert (other_now.substance, other_now.version) == ("Nickel", 1)


def test_the_list_at_the_api_costs_the_same_for_one_as_for_many(amara: Patient, dora: User, api: Any) -> None:
    client = api(dora)
    for key in ("latex", "nickel", "penicillins", "codeine"):
        record_allergy(amara, substance_key=key, by=dora)
    with counted(at_most=5):
        client.get(url(amara))


# ── Who ──────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("who", ["rita", "adam", "pia", "carl", "mona", "ivo", "una"])
def test_others_neither_see_nor_record(
    amara: Patient, dora: User, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    record_allergy(amara, substance_key="latex", by=dora)
    client.force_login(user)
    answers = [
        client.get(page(amara, "allergies")),
        client.post(page(amara), sent()),
        client.get(page(amara, "allergens"), {"q": "peni"}),
        api(user).get(url(amara)),
        api(user).post(url(amara), {"substance_key": "nickel"}),
    ]

    assert [one.status_code for one in answers] == [403] * 5
    assert all("Latex" not in one.content.decode() for one in answers)
    with pytest.raises(PermissionDenied):
        record_allergy(amara, substance_key="nickel", by=user)
    assert Allergy.objects.count() == 1


def test_a_doctor_who_does_not_treat_the_patient_is_told_nothing(
    amara: Patient, nora: User, dov: User, client: Client, api: Any
) -> None:
    record_allergy(amara, substance_key="latex", by=nora)
    client.force_login(dov)

    assert client.get(page(amara, "allergies")).url == f"{page(amara, 'detail')}#declare"  # type: ignore[attr-defined]
    answers = [client.post(page(amara), sent()), api(dov).get(url(amara)), api(dov).post(url(amara), {})]
    assert [one.status_code for one in answers] == [404] * 3
    assert all("Latex" not in one.content.decode() for one in answers)
    assert Allergy.objects.count() == 1
    assert Entry.objects.filter(outcome="denied", patient_id=amara.pk, actor_id=dov.pk).count() == 4


def test_an_allergy_is_not_found_under_another_patient(
    amara: Patient, dora: User, client: Client, api: Any
) -> None:
    """T02: read, changed, taken back under somebody else's address."""
    allergy = record_allergy(amara, substance_key="latex", by=dora)
    other = make_treated(dora, given_name="Bea")
    client.force_login(dora)
    wrong = f"{url(other)}/{allergy.pk}"
    answers = [
        api(dora).get(wrong),
        api(dora).put(wrong, {"verification": "refuted", "version": 1}),
        api(dora).delete(wrong, {"reason": "x"}),
        client.get(reverse("patients:edit_allergy", args=[other.pk, allergy.pk])),
        client.post(reverse("patients:edit_allergy", args=[other.pk, allergy.pk]), sent(version="1")),
        client.post(
            reverse("patients:retract_allergy", args=[other.pk, allergy.pk]), {"reason": "x", "version": 1}
        ),
        api(dora).get(f"{url(amara)}/not-an-id"),
    ]

    assert [one.status_code for one in answers] == [404] * len(answers)
    assert all("Latex" not in one.content.decode() for one in answers)
    assert Allergy.objects.get().version == 1


def test_nobody_by_that_id_is_404(site: Site, dora: User, client: Client) -> None:
    stranger = make_patient()
    client.force_login(dora)
    for pk in (stranger.pk, "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d"):
        assert client.post(reverse("patients:record_allergy", args=[pk]), sent()).status_code == 404
