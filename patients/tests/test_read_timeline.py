"""One stream of everything: in order, narrowed, page by page, and only for those who treat the patient."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from audit.models import Entry
from hospital.models import uuid7
from hospital.tests.queries import counted
from patients import timeline
from patients.models import Patient, TimelineEntry
from patients.services import begin_care
from patients.tests.make import make_patient
from patients.timeline import Kind, Line, Told

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 4, 12, 12, tzinfo=UTC)
WORDS = ("letter 99", "fever 30", "fever 0", "Earlier", "<html")
FOUND: dict[UUID, list[Told]] = {}


def a_kind(key: str, permission: str = "patients.view_timelineentry") -> Kind:
    def draw(entry: TimelineEntry, user: User) -> Line:
        return Line(f"{key} {entry.facts['number']}", struck=entry.facts.get("retracted", False))

    return Kind(key, key.capitalize(), "note", permission, draw, lambda pk: FOUND.get(pk, []))


@pytest.fixture(autouse=True)
def _two_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "_kinds", {})
    timeline.register(a_kind("letter"))
    timeline.register(a_kind("fever"))


@pytest.fixture
def amara(dora: User, rita: User) -> Patient:
    """Dora's patient."""
    patient = make_patient()
    begin_care(patient, user=dora, because="booked", by=rita)
    return patient


def happened(patient: Patient, number: int, kind: str = "fever", *, hours: int | None = None) -> UUID:
    subject = uuid7()
    at = NOON + timedelta(hours=number if hours is None else hours)
    timeline.tell(kind, subject, patient_id=patient.pk, at=at, number=number)
    return subject


def titles(answer: Any) -> list[str]:
    return [one["title"] for one in answer.json()["results"]]


def test_the_latest_comes_first(amara: Patient, dora: User) -> None:
    for number in (2, 1, 3):
        happened(amara, number)
    lines, older = timeline.read(amara, dora)
    assert [one.line.title for one in lines] == ["fever 3", "fever 2", "fever 1"]
    assert older == ""


def test_what_is_told_again_is_one_line_that_says_the_latest(amara: Patient, dora: User) -> None:
    subject = happened(amara, 1)
    timeline.tell("fever", subject, patient_id=amara.pk, at=NOON, number=7, retracted=True)
    lines, _ = timeline.read(amara, dora)
    assert [(one.line.title, one.line.struck) for one in lines] == [("fever 7", True)]


def test_pages_follow_each_other_without_a_gap_even_within_one_moment(amara: Patient, dora: User) -> None:
    for number in range(25):
        happened(amara, number, hours=number // 10)
    seen: list[str] = []
    older = ""
    for _page in range(9):
        lines, older = timeline.read(amara, dora, before=older, size=4)
        seen += [one.line.title for one in lines]
        if not older:
            break
    assert sorted(seen) == sorted(f"fever {number}" for number in range(25))


def test_a_kind_that_a_role_may_not_see_is_not_there(amara: Patient, dora: User) -> None:
    timeline.register(a_kind("bill", "billing.view_invoice"))
    happened(amara, 1, "bill")
    happened(amara, 2)
    for kinds in ([], ["bill"], ["bill", "fever"]):
        lines, _ = timeline.read(amara, dora, kinds=kinds)
        assert [one.line.title for one in lines] == ["fever 2"]


def test_a_line_of_somebody_else_is_not_there(amara: Patient, dora: User) -> None:
    happened(make_patient(given_name="Other"), 1)
    assert timeline.read(amara, dora)[0] == []


@pytest.mark.parametrize(
    "before", ["nonsense", "~", "2026-04-12~x", "2026-04-12T12:00:00+00:00~" + "x" * 900]
)
def test_a_place_that_is_none_is_the_beginning(amara: Patient, dora: User, before: str) -> None:
    happened(amara, 1)
    assert len(timeline.read(amara, dora, before=before)[0]) == 1


def test_rebuilt_it_says_the_same(amara: Patient, dora: User) -> None:
    told = [Told(uuid7(), NOON, {"number": 1}), Told(uuid7(), NOON + timedelta(hours=1), {"number": 2})]
    monkey = {amara.pk: told}
    FOUND.update(monkey)
    for one in told:
        timeline.tell("fever", one.subject_id, patient_id=amara.pk, at=one.at, **one.facts)
    live = list(TimelineEntry.objects.of(amara.pk).filter(kind="fever").values())
    TimelineEntry.objects.filter(patient=amara).update(facts={"number": 99})

    timeline.rebuild(amara.pk)

    assert list(TimelineEntry.objects.of(amara.pk).filter(kind="fever").values()) == live
    FOUND.clear()


def test_the_page_narrows_and_goes_on(amara: Patient, dora: User, client: Client) -> None:
    for number in range(timeline.PAGE + 5):
        happened(amara, number)
    happened(amara, 99, "letter")
    client.force_login(dora)
    page = reverse("patients:timeline", args=[amara.pk])

    whole = client.get(page).content.decode()
    letters = client.get(page, {"kind": "letter"}).content.decode()
    _lines, older = timeline.read(amara, dora)
    rest = client.get(page, {"before": older}, headers={"HX-Request": "true"}).content.decode()

    assert {"letter 99", "fever 30", "Earlier"} <= {one for one in WORDS if one in whole}
    assert {one for one in WORDS if one in letters} == {"letter 99", "<html"}
    assert {one for one in WORDS if one in rest} == {"fever 0"}


def test_who_does_not_treat_the_patient_is_led_to_the_record_and_it_is_written_down(
    amara: Patient, dov: User, client: Client, api: Callable[[User], Any]
) -> None:
    happened(amara, 1)
    client.force_login(dov)
    answer = client.get(reverse("patients:timeline", args=[amara.pk]))
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{amara.get_absolute_url()}#declare")
    assert api(dov).get(f"/api/v1/patients/{amara.pk}/timeline").status_code == 404
    denied = Entry.objects.filter(patient_id=amara.pk, actor=dov, outcome="denied")
    assert [one.details for one in denied] == [{"code": "not_in_care"}] * 2


def test_reception_reads_what_is_no_clinical_matter(
    amara: Patient, rita: User, client: Client, api: Callable[[User], Any]
) -> None:
    """Each kind asks for its own permission; the head is without allergies and alerts."""
    timeline.register(a_kind("fever", "patients.view_vitals"))
    happened(amara, 1)
    happened(amara, 2, "letter")
    client.force_login(rita)
    page = client.get(reverse("patients:timeline", args=[amara.pk]))
    assert {one for one in WORDS if one in page.content.decode()} == {"<html"}
    assert "letter 2" in page.content.decode()
    assert "fever" not in page.content.decode().lower()
    assert page.context["chart"] is None
    assert titles(api(rita).get(f"/api/v1/patients/{amara.pk}/timeline")) == ["letter 2"]


@pytest.mark.parametrize("who", ["carl", "mona", "pia", "adam"])
def test_others_have_no_timeline(
    amara: Patient, who: str, client: Client, api: Any, request: pytest.FixtureRequest
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)
    assert client.get(reverse("patients:timeline", args=[amara.pk])).status_code == 403
    assert api(user).get(f"/api/v1/patients/{amara.pk}/timeline").status_code == 403


def test_the_api_pages_and_refuses_what_it_does_not_know(amara: Patient, dora: User, api: Any) -> None:
    for number in range(timeline.PAGE + 2):
        happened(amara, number)
    client, path = api(dora), f"/api/v1/patients/{amara.pk}/timeline"
    first = client.get(path)
    second = client.get(first.json()["next"])
    assert len(titles(first)) == timeline.PAGE
    assert titles(second) == ["fever 1", "fever 0"]
    assert second.json()["next"] is None
    wrong = client.get(path, {"kind": "bill", "colour": "red"})
    assert wrong.status_code == 400
    assert {one["field"] for one in wrong.json()["errors"]} == {"kind", "colour"}


def test_opening_it_is_written_down(amara: Patient, dora: User, client: Client) -> None:
    client.force_login(dora)
    client.get(reverse("patients:timeline", args=[amara.pk]))
    entry = Entry.objects.filter(actor=dora, verb="patients.open_record").get()
    assert (entry.patient_id, entry.details) == (amara.pk, {"part": "timeline"})


def test_it_costs_the_same_however_long_the_story(
    amara: Patient, dora: User, client: Client, api: Any
) -> None:
    rows = [
        timeline.tell_first("fever", Told(uuid7(), NOON, {"number": number}), patient_id=amara.pk)
        for number in range(1500)
    ]
    TimelineEntry.objects.bulk_create(rows)
    client.force_login(dora)
    with counted(at_most=7):
        client.get(reverse("patients:timeline", args=[amara.pk]))
    programme = api(dora)
    with counted(at_most=6):
        programme.get(f"/api/v1/patients/{amara.pk}/timeline")
