"""Alerts: what stands in the head of a record until somebody ends it."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from e2e.pages import EVIL
from hospital.errors import Refusal, Stale
from hospital.tests.queries import counted
from patients import timeline
from patients.models import Alert, Chart, Patient, TimelineEntry
from patients.models.problems import MOST_ALERTS
from patients.services import deactivate_patient, end_alert, raise_alert
from patients.tests.make import make_treated

NONCE = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def amara(site: Site, dora: User, nora: User) -> Patient:
    return make_treated(dora, nora)


@pytest.fixture
def falls(amara: Patient, nora: User) -> Alert:
    return raise_alert(amara, category="safety", text="Falls at night", by=nora)


def page(patient: Patient, name: str = "alerts") -> str:
    return reverse(f"patients:{name}", args=[patient.pk])


def ending(alert: Alert) -> str:
    return reverse("patients:end_alert", args=[alert.patient_id, alert.pk])


def url(patient: Patient, rest: str = "") -> str:
    return f"/api/v1/patients/{patient.pk}/alerts{rest}"


def shown(patient: Patient) -> list[str]:
    return [one["text"] for one in Chart.of(patient.pk).alerts]


# ── The rule ─────────────────────────────────────────────────────────────────
def test_the_latest_stands_first_until_it_is_ended(
    amara: Patient, falls: Alert, nora: User, dora: User
) -> None:
    raise_alert(amara, category="infection", text="MRSA", by=dora)
    assert shown(amara) == ["MRSA", "Falls at night"]

    end_alert(falls, reason="Walks safely again", by=dora)

    assert shown(amara) == ["MRSA"]
    kept = Alert.objects.get(pk=falls.pk)
    assert (kept.is_standing, kept.ended_because, kept.ended_by_id, kept.recorded_by_id) == (
        False,
        "Walks safely again",
        dora.pk,
        nora.pk,
    )


def test_the_same_does_not_stand_twice(amara: Patient, falls: Alert, nora: User) -> None:
    with pytest.raises(Refusal) as refused:
        raise_alert(amara, category="other", text="FALLS  at night!", by=nora)
    assert refused.value.code == "already_raised"

    end_alert(falls, reason="Over", by=nora)
    raise_alert(amara, category="safety", text="Falls at night", by=nora)

    assert shown(amara) == ["Falls at night"]


def test_so_many_that_they_hide_each_other_are_refused(amara: Patient, nora: User) -> None:
    for number in range(MOST_ALERTS):
        raise_alert(amara, category="other", text=f"Thing {number}", by=nora)

    with pytest.raises(Refusal) as refused:
        raise_alert(amara, category="other", text="One more", by=nora)

    assert refused.value.code == "too_many"
    assert len(shown(amara)) == MOST_ALERTS


def test_it_is_ended_once_and_with_a_reason(falls: Alert, nora: User) -> None:
    for reason in ("", "  ", "a\x00b"):
        with pytest.raises(ValidationError):
            end_alert(falls, reason=reason, by=nora)
    with pytest.raises(Stale):
        end_alert(falls, reason="Over", seen_version=7, by=nora)
    end_alert(falls, reason="Over", by=nora)

    with pytest.raises(Refusal) as refused:
        end_alert(falls, reason="Over", by=nora)

    assert refused.value.code == "already_ended"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": " ", "category": "safety"}, "text"),
        ({"text": "x" * 121, "category": "safety"}, "text"),
        ({"text": "a\u202eb", "category": "safety"}, "text"),
        ({"text": "Falls", "category": "nonsense"}, "category"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    amara: Patient, nora: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        raise_alert(amara, by=nora, **fields)

    assert set(wrong.value.message_dict) == {field}


def test_none_is_raised_in_an_inactive_record_but_one_is_ended(
    amara: Patient, falls: Alert, rita: User, nora: User
) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)

    with pytest.raises(Refusal) as refused:
        raise_alert(amara, category="infection", text="MRSA", by=nora)
    end_alert(falls, reason="Moved away", by=nora)

    assert (refused.value.code, shown(amara)) == ("patient_inactive", [])


def test_the_timeline_tells_of_it_as_a_rebuilt_one_does(amara: Patient, falls: Alert, dora: User) -> None:
    ((before,), _place) = timeline.read(amara, dora)
    assert (before.line.title, before.line.tone) == ("Alert: Falls at night", "warn")
    end_alert(falls, reason="Walks safely", by=dora)
    rows = list(TimelineEntry.objects.values())

    timeline.rebuild(amara.pk)

    assert list(TimelineEntry.objects.values()) == rows
    ((after,), _place) = timeline.read(amara, dora)
    assert (after.line.detail, after.line.tone) == ("Safety · Nora Nilsson · ended: Walks safely", "")


# ── The page ─────────────────────────────────────────────────────────────────
def test_a_nurse_raises_and_ends_on_the_page(amara: Patient, nora: User, client: Client) -> None:
    client.force_login(nora)
    sent = {"text": "Falls at night", "category": "safety", "nonce": NONCE}
    for _ in range(2):  # the same form sent twice counts once
        assert client.post(page(amara, "raise_alert"), sent).status_code == 302
    assert 'class="alert-sign"' in client.get(page(amara, "detail")).content.decode()
    alert = Alert.objects.get()
    assert ending(alert) in client.get(page(amara)).content.decode()
    assert client.post(ending(alert), {"reason": "", "version": 1}).status_code == 422

    answer = client.post(ending(alert), {"reason": "Walks safely", "version": 1}, follow=True)

    text = answer.content.decode()
    assert 'class="alert-sign"' not in text
    assert "Walks safely" in text
    assert ending(alert) not in text


@pytest.mark.parametrize(
    "wrong", [{"category": ""}, {"text": ""}, {"category": "nonsense"}, {"text": "Falls at night"}]
)
def test_what_was_typed_stays_when_something_is_wrong(
    amara: Patient, falls: Alert, nora: User, client: Client, wrong: dict[str, str]
) -> None:
    client.force_login(nora)
    sent = {"text": "Kept as typed", "category": "infection", "nonce": NONCE} | wrong

    answer = client.post(page(amara, "raise_alert"), sent)

    assert answer.status_code == 422
    assert f'value="{sent["text"]}"' in answer.content.decode() or not sent["text"]
    assert "is-invalid" in answer.content.decode()
    assert shown(amara) == ["Falls at night"]


def test_a_script_is_only_text_on_every_page(amara: Patient, nora: User, client: Client) -> None:
    alert = raise_alert(amara, category="other", text=EVIL, by=nora)
    client.force_login(nora)
    for address in (page(amara), page(amara, "detail"), ending(alert)):
        text = client.get(address).content.decode()
        assert "<script>owned" not in text
        assert "<img src=x" not in text


def test_the_list_costs_the_same_for_one_as_for_many(
    amara: Patient, falls: Alert, nora: User, client: Client, api: Any
) -> None:
    for number in range(4):
        raise_alert(amara, category="other", text=f"Thing {number}", by=nora)
    client.force_login(nora)
    with counted(at_most=7):
        client.get(page(amara))
    program = api(nora)
    with counted(at_most=5):
        program.get(url(amara))


# ── The API ──────────────────────────────────────────────────────────────────
def test_a_doctor_raises_and_ends_at_the_api(amara: Patient, dora: User, api: Any) -> None:
    client = api(dora)
    body = {"category": "infection", "text": "MRSA", "id": "x", "ended_at": "2020-01-01T00:00Z"}
    made = client.post(url(amara), body, headers={"Idempotency-Key": "k1"})
    again = client.post(url(amara), body, headers={"Idempotency-Key": "k1"})
    assert (made.status_code, made.json()["ended_at"], again.json()) == (201, None, made.json())
    assert client.get(url(amara)).json()["results"] == [made.json()]
    one = f"/{made.json()['id']}"
    assert client.get(url(amara, one)).json() == made.json()
    assert client.post(url(amara, f"{one}/end"), {}).status_code == 400
    assert client.post(url(amara, f"{one}/end"), {"reason": "x", "version": 7}).status_code == 409

    ended = client.post(url(amara, f"{one}/end"), {"reason": "Three swabs clear"})

    assert (ended.status_code, ended.json()["ended_because"], ended.json()["ended_by"]) == (
        200,
        "Three swabs clear",
        str(dora.pk),
    )
    assert client.post(url(amara, f"{one}/end"), {"reason": "x"}).status_code == 409
    assert shown(amara) == []


@pytest.mark.parametrize("body", [{}, {"text": "x"}, {"text": "x", "category": "y"}, {"category": "safety"}])
def test_the_api_says_what_is_wrong(amara: Patient, dora: User, api: Any, body: dict[str, str]) -> None:
    assert api(dora).post(url(amara), body).status_code == 400
    assert not Alert.objects.exists()


# ── Who ──────────────────────────────────────────────────────────────────────
def test_an_alert_is_not_found_under_another_patient(
    falls: Alert, nora: User, client: Client, api: Any
) -> None:
    """T02."""
    other = make_treated(nora, given_name="Bea")
    client.force_login(nora)
    answers = [
        api(nora).get(url(other, f"/{falls.pk}")),
        api(nora).post(url(other, f"/{falls.pk}/end"), {"reason": "x"}),
        client.post(reverse("patients:end_alert", args=[other.pk, falls.pk]), {"reason": "x", "version": 1}),
    ]

    assert [one.status_code for one in answers] == [404] * 3
    assert all("Falls" not in one.content.decode() for one in answers)
    assert Alert.objects.get().is_standing


@pytest.mark.parametrize("who", ["rita", "adam", "pia", "una"])
def test_others_neither_see_nor_raise_nor_end(
    amara: Patient, falls: Alert, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)
    answers = [
        client.get(page(amara)),
        client.post(page(amara, "raise_alert"), {"text": "x", "category": "other", "nonce": NONCE}),
        client.post(ending(falls), {"reason": "x", "version": 1}),
        api(user).get(url(amara)),
        api(user).post(url(amara), {"text": "x", "category": "other"}),
        api(user).post(url(amara, f"/{falls.pk}/end"), {"reason": "x"}),
    ]

    assert [one.status_code for one in answers] == [403] * 6
    assert all("Falls" not in one.content.decode() for one in answers)
    with pytest.raises(PermissionDenied):
        end_alert(falls, reason="x", by=user)
    assert shown(amara) == ["Falls at night"]


def test_a_doctor_who_does_not_treat_the_patient_is_told_nothing(
    amara: Patient, falls: Alert, dov: User, client: Client, api: Any
) -> None:
    client.force_login(dov)

    assert "Falls" not in client.get(page(amara, "detail")).content.decode()
    assert client.post(ending(falls), {"reason": "x", "version": 1}).status_code == 404
    assert api(dov).get(url(amara)).status_code == 404
    assert api(dov).post(url(amara, f"/{falls.pk}/end"), {"reason": "x"}).status_code == 404
    assert shown(amara) == ["Falls at night"]
