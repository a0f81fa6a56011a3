"""A doctor says that he or she has seen results: one, a sample, from the list of those that wait."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from hospital.errors import Refusal, Stale
from hospital.tests.queries import counted
from patients.models import LabResult, Patient, TimelineEntry
from patients.services import begin_care, retract_result, review_result, review_results
from patients.tests.make import make_patient
from patients.tests.make_results import a_day, make_result

TO_REVIEW = "/patients/results/to-review/"


@pytest.fixture
def amara(site: Site, rita: User, dora: User) -> Patient:
    """Dora treats her."""
    patient = make_patient()
    begin_care(patient, user=dora, because="Booked", by=rita)
    return patient


@pytest.fixture
def bela(site: Site) -> Patient:
    """Dora does not treat him."""
    return make_patient(given_name="Bela", family_name="Bartos", sex="male")


# ── The rule ─────────────────────────────────────────────────────────────────
def test_a_doctor_has_seen_a_result(amara: Patient, dora: User) -> None:
    result = review_result(make_result(amara), by=dora)

    assert result.reviewed_by == dora
    assert result.reviewed_at is not None
    assert not LabResult.objects.unseen().exists()
    assert Entry.objects.filter(
        verb="patients.review_result", subject_id=result.pk, patient_id=amara.pk
    ).exists()


def test_who_was_first_stays(amara: Patient, dora: User, dov: User) -> None:
    result = review_result(make_result(amara), by=dora)
    review_result(result, by=dov)
    assert review_results(amara, results=[result], by=dov) == 0

    result.refresh_from_db()
    assert (result.reviewed_by, result.version) == (dora, 2)


def test_a_whole_sample_is_seen_at_once_and_its_line_says_by_whom(amara: Patient, dora: User) -> None:
    sample = [
        make_result(amara),
        make_result(amara, loinc="2951-2", name="Sodium", value="140", low=None, high=None),
    ]
    assert TimelineEntry.objects.get(kind="result").facts["seen_by"] == ""

    review_result(sample[0], by=dora)
    assert TimelineEntry.objects.get(kind="result").facts["seen_by"] == ""
    assert review_results(amara, results=sample, by=dora) == 1

    assert TimelineEntry.objects.get(kind="result").facts["seen_by"] == "Dora Dietz"


def test_what_was_taken_back_is_not_reviewed(amara: Patient, dora: User) -> None:
    result = retract_result(make_result(amara), reason="Mixed up", by=dora)
    with pytest.raises(Refusal, match="taken back"):
        review_result(result, by=dora)

    assert review_results(amara, results=[result], by=dora) == 0


def test_results_of_two_patients_are_not_reviewed_together(amara: Patient, bela: Patient, dora: User) -> None:
    with pytest.raises(ValidationError):
        review_results(amara, results=[make_result(amara), make_result(bela)], by=dora)

    assert LabResult.objects.unseen().count() == 2


def test_the_slower_of_two_is_told(amara: Patient, dora: User) -> None:
    seen_before = make_result(amara)
    retract_result(LabResult.objects.get(), reason="Mixed up", by=dora)

    with pytest.raises(Stale):
        review_result(seen_before, by=dora)


def test_a_nurse_reviews_nothing(amara: Patient, nora: User) -> None:
    with pytest.raises(PermissionDenied):
        review_result(make_result(amara), by=nora)

    assert LabResult.objects.unseen().exists()


# ── The page of what waits ───────────────────────────────────────────────────
def test_a_doctor_finds_the_results_of_the_own_patients_the_abnormal_first(
    amara: Patient, bela: Patient, dora: User, rita: User, client: Client
) -> None:
    chidi = make_patient(given_name="Chidi", family_name="Okafor")
    begin_care(chidi, user=dora, because="Booked", by=rita)
    make_result(amara, value="4.4", taken_at=a_day(1))
    make_result(chidi, value="6.9", taken_at=a_day(3))
    make_result(chidi, value="2.0", flag="LL", taken_at=a_day(9))
    make_result(bela, value="7.7")
    client.force_login(dora)

    page = client.get(TO_REVIEW).content.decode()

    assert page.index("Critically low") < page.index("6.9") < page.index("4.4")
    assert "Bartos" not in page
    assert "7.7" not in page


def test_what_was_seen_or_taken_back_does_not_wait(amara: Patient, dora: User, client: Client) -> None:
    review_result(make_result(amara), by=dora)
    retract_result(make_result(amara), reason="Mixed up", by=dora)
    client.force_login(dora)

    assert "Nothing to review" in client.get(TO_REVIEW).content.decode()


def test_one_button_says_that_the_shown_ones_were_seen(amara: Patient, dora: User, client: Client) -> None:
    shown, came_later = make_result(amara), make_result(amara, value="4.4")
    client.force_login(dora)

    answer = client.post(
        reverse("patients:review_results", args=[amara.pk]), {"result": [str(shown.pk)], "next": TO_REVIEW}
    )

    assert answer.headers["Location"] == TO_REVIEW
    assert list(LabResult.objects.unseen()) == [came_later]


def test_the_page_costs_the_same_for_one_sample_and_for_many(
    amara: Patient, dora: User, rita: User, client: Client
) -> None:
    client.force_login(dora)
    for number in range(12):
        patient = make_patient(given_name=f"Pat {number}")
        begin_care(patient, user=dora, because="Booked", by=rita)
        make_result(patient, taken_at=a_day(number + 1))
    make_result(amara)

    with counted(at_most=7):
        first = client.get(TO_REVIEW).content.decode()
    assert first.count('id="sample-') == 10
    assert client.get(TO_REVIEW, {"page": "2"}).content.decode().count('id="sample-') == 3


def test_reading_it_is_written_down(amara: Patient, dora: User, client: Client) -> None:
    make_result(amara)
    client.force_login(dora)
    client.get(TO_REVIEW)

    entry = Entry.objects.filter(verb="patients.view_labresult", actor_id=dora.pk).latest("id")
    assert entry.details == {"filters": {"unseen": "true"}, "count": 1}


# ── Doors ────────────────────────────────────────────────────────────────────
def test_a_result_of_another_patient_is_not_reviewed_under_this_one(
    amara: Patient, bela: Patient, dora: User, client: Client
) -> None:
    """T02"""
    theirs = make_result(bela)
    client.force_login(dora)
    address = reverse("patients:review_results", args=[amara.pk])

    assert client.post(address, {"result": [str(theirs.pk)]}).status_code == 404
    assert LabResult.objects.unseen().exists()
    assert Entry.objects.filter(actor_id=dora.pk, outcome="denied", subject_id=theirs.pk).exists()


@pytest.mark.parametrize("ids", [[], ["x"], ["\x00"], ["0" * 10_000]])
def test_nonsense_changes_nothing(amara: Patient, dora: User, client: Client, ids: list[str]) -> None:
    make_result(amara)
    client.force_login(dora)
    answer = client.post(
        reverse("patients:review_results", args=[amara.pk]), {"result": ids, "next": "//evil.example"}
    )

    assert answer.headers["Location"] == reverse("patients:results_list", args=[amara.pk])
    assert LabResult.objects.unseen().exists()


def test_a_doctor_reviews_at_the_api(amara: Patient, bela: Patient, dora: User, api: Any) -> None:
    client = api(dora)
    mine, theirs = make_result(amara), make_result(bela)

    body = client.post(f"/api/v1/patients/{amara.pk}/results/{mine.pk}/review").json()
    assert (body["reviewed_by"], body["version"]) == (str(dora.pk), 2)
    assert client.post(f"/api/v1/patients/{amara.pk}/results/{theirs.pk}/review").status_code == 404
    assert client.post(f"/api/v1/patients/{bela.pk}/results/{theirs.pk}/review").status_code == 404
    stale = client.post(
        f"/api/v1/patients/{amara.pk}/results/{make_result(amara).pk}/review", headers={"If-Match": '"7"'}
    )
    assert stale.status_code == 412


@pytest.mark.parametrize("who", ["nora", "rita", "adam", "ivo"])
def test_others_do_not_review(
    amara: Patient, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user, result = request.getfixturevalue(who), make_result(amara)
    client.force_login(user)

    assert client.get(TO_REVIEW).status_code == 403
    assert client.post(reverse("patients:review_results", args=[amara.pk]), {}).status_code == 403
    assert api(user).post(f"/api/v1/patients/{amara.pk}/results/{result.pk}/review").status_code == 403
    assert LabResult.objects.unseen().exists()
