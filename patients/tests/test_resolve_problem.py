"""What becomes of a problem: resolved, reopened, corrected, taken back."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from hospital import clock
from hospital.errors import Refusal, Stale, WrongMove
from patients import timeline
from patients.models import Chart, Patient, Problem, TimelineEntry
from patients.services import (
    edit_problem,
    record_problem,
    reopen_problem,
    resolve_problem,
    retract_problem,
)
from patients.tests.make import make_treated


@pytest.fixture
def amara(site: Site, dora: User, nora: User) -> Patient:
    return make_treated(dora, nora)


@pytest.fixture
def gout(amara: Patient, dora: User) -> Problem:
    return record_problem(amara, code="M10.9", onset_on=date(2014, 3, 4), by=dora)


def again(problem: Problem) -> Problem:
    found: Problem = Problem.objects.get(pk=problem.pk)
    return found


def address(problem: Problem, name: str) -> str:
    return reverse(f"patients:{name}_problem", args=[problem.patient_id, problem.pk])


def url(problem: Problem, act: str = "") -> str:
    return f"/api/v1/patients/{problem.patient_id}/problems/{problem.pk}{act}"


def typed(problem: Problem, **changes: Any) -> dict[str, Any]:
    """What the browser sends for the form as it was shown, with changes."""
    shown = {"code": problem.code, "title": problem.title, "onset_on": problem.onset_on, "onset_year": ""}
    return shown | {"note": problem.note, "version": problem.version} | changes


# ── Resolve and reopen ───────────────────────────────────────────────────────
def test_it_is_over_since_a_day_a_year_or_nobody_knows(amara: Patient, dora: User) -> None:
    by_day, by_year, unknown = (record_problem(amara, title=title, by=dora) for title in ("A", "B", "C"))
    resolve_problem(by_day, ended_on=date(2020, 5, 6), by=dora)
    resolve_problem(by_year, ended_on=date(2020, 5, 6), ended_is_year=True, by=dora)
    resolve_problem(unknown, by=dora)

    assert [again(one).when for one in (by_day, by_year, unknown)] == ["until 6 May 2020", "until 2020", ""]
    assert {one["is_active"] for one in Chart.of(amara.pk).problems} == {False}


@pytest.mark.parametrize("day", [date(2014, 3, 3), date(1950, 1, 1), clock.now().date() + timedelta(days=2)])
def test_it_does_not_end_before_it_began_nor_in_the_future(gout: Problem, dora: User, day: date) -> None:
    with pytest.raises(ValidationError) as wrong:
        resolve_problem(gout, ended_on=day, by=dora)

    assert set(wrong.value.message_dict) == {"ended_on"}
    assert (again(gout).status, again(gout).version) == ("active", 1)
    assert gout.is_active


def test_it_is_resolved_once(gout: Problem, dora: User) -> None:
    seen_by_the_slower = again(gout)
    resolve_problem(gout, by=dora)

    with pytest.raises(WrongMove, match="is resolved"):
        resolve_problem(again(gout), by=dora)
    with pytest.raises(WrongMove, match="Somebody else"):
        resolve_problem(seen_by_the_slower, by=dora)


def test_it_comes_back(gout: Problem, amara: Patient, dora: User) -> None:
    resolve_problem(gout, ended_on=date(2020, 5, 6), by=dora)
    reopen_problem(gout, by=dora)

    kept = again(gout)
    assert (kept.status, kept.ended_on, kept.when) == ("active", None, "since 4 Mar 2014")
    assert Chart.of(amara.pk).problems[0]["is_active"]


def test_it_does_not_come_back_beside_the_same(gout: Problem, amara: Patient, dora: User) -> None:
    resolve_problem(gout, by=dora)
    record_problem(amara, code="M10.9", by=dora)

    with pytest.raises(Refusal) as refused:
        reopen_problem(again(gout), by=dora)

    assert refused.value.code == "already_listed"
    assert again(gout).status == "resolved"


# ── Correct ──────────────────────────────────────────────────────────────────
def test_another_code_brings_its_own_words(gout: Problem, dora: User) -> None:
    edit_problem(gout, code="m10.00", title="Mine", note="Left toe", seen_version=1, by=dora)

    kept = again(gout)
    assert (kept.code, kept.title, kept.note) == ("M10.00", "Idiopathic gout, unspecified site", "Left toe")


def test_the_words_of_a_code_stay_with_it(gout: Problem, dora: User) -> None:
    edit_problem(gout, code="M10.9", title="Mine", seen_version=1, by=dora)

    assert again(gout).title == "Gout, unspecified"


def test_words_are_coded_later_and_a_code_is_taken_away(amara: Patient, dora: User) -> None:
    problem = record_problem(amara, title="High blood pressure", by=dora)
    edit_problem(problem, code="I10", seen_version=1, by=dora)
    assert again(problem).title == "Essential (primary) hypertension"

    edit_problem(problem, code="", title="Pressure at the doctor's only", seen_version=2, by=dora)

    assert (again(problem).code, again(problem).title) == ("", "Pressure at the doctor's only")


def test_it_is_not_corrected_into_what_is_active_already(gout: Problem, amara: Patient, dora: User) -> None:
    record_problem(amara, code="I10", by=dora)

    with pytest.raises(Refusal) as refused:
        edit_problem(gout, code="I10", seen_version=1, by=dora)

    assert refused.value.code == "already_listed"
    assert again(gout).code == "M10.9"


def test_an_active_one_has_no_end(gout: Problem, dora: User) -> None:
    with pytest.raises(ValidationError) as wrong:
        edit_problem(gout, ended_on=date(2020, 1, 1), seen_version=1, by=dora)

    assert set(wrong.value.message_dict) == {"ended_on"}


def test_the_slower_of_two_people_is_told(gout: Problem, dora: User, nora: User) -> None:
    seen_by_the_slower = again(gout)
    edit_problem(gout, note="Left toe", seen_version=1, by=dora)

    with pytest.raises(Stale):
        edit_problem(seen_by_the_slower, note="Right toe", seen_version=1, by=nora)

    assert again(gout).note == "Left toe"


# ── Take back ────────────────────────────────────────────────────────────────
def test_it_is_taken_back_with_a_reason_and_stays_struck_through(
    gout: Problem, amara: Patient, nora: User
) -> None:
    retract_problem(gout, reason="Wrong patient", by=nora)

    assert again(gout).retracted_because == "Wrong patient"
    assert Chart.of(amara.pk).problems == []
    before = list(TimelineEntry.objects.values())
    ((drawn,), _place) = timeline.read(amara, nora)
    assert drawn.line.struck
    timeline.rebuild(amara.pk)
    assert list(TimelineEntry.objects.values()) == before


def test_what_was_taken_back_is_not_changed_any_more(gout: Problem, dora: User) -> None:
    retract_problem(gout, reason="Wrong patient", by=dora)

    acts: list[Callable[[], object]] = [
        lambda: edit_problem(gout, note="x", seen_version=2, by=dora),
        lambda: resolve_problem(gout, by=dora),
        lambda: reopen_problem(gout, by=dora),
        lambda: retract_problem(gout, reason="Again", by=dora),
    ]
    codes = []
    for act in acts:
        with pytest.raises(Refusal) as refused:
            act()
        codes.append(refused.value.code)

    assert codes == ["retracted", "retracted", "retracted", "already_retracted"]
    assert again(gout).version == 2


def test_the_same_may_be_written_down_again_after_that(gout: Problem, amara: Patient, dora: User) -> None:
    retract_problem(gout, reason="Wrong patient", by=dora)

    record_problem(amara, code="M10.9", by=dora)

    assert Problem.objects.active(amara.pk).count() == 1


# ── The pages ────────────────────────────────────────────────────────────────
def test_a_doctor_resolves_on_the_page_with_todays_date_unless_it_was_another(
    gout: Problem, dora: User, client: Client
) -> None:
    client.force_login(dora)
    today = clock.today("Europe/Berlin").isoformat()
    assert f'value="{today}"' in client.get(address(gout, "resolve")).content.decode()
    wrong = client.post(address(gout, "resolve"), {"ended_on": "", "ended_year": "2013", "version": 1})
    assert (wrong.status_code, "before the problem began" in wrong.content.decode()) == (422, True)
    assert 'value="2013"' in wrong.content.decode()

    answer = client.post(address(gout, "resolve"), {"ended_on": "", "ended_year": "2020", "version": 1})

    assert answer.status_code == 302
    assert again(gout).when == "4 Mar 2014 to 2020"


def test_a_doctor_reopens_with_one_button(gout: Problem, dora: User, client: Client) -> None:
    resolve_problem(gout, by=dora)
    client.force_login(dora)
    listed = reverse("patients:problems", args=[gout.patient_id])
    assert f'action="{address(gout, "reopen")}"' in client.get(listed).content.decode()

    assert client.post(address(gout, "reopen")).url == listed  # type: ignore[attr-defined]
    refused = client.post(address(gout, "reopen"))

    assert again(gout).is_active
    assert (refused.status_code, "is active; it cannot become active" in refused.content.decode()) == (
        422,
        True,
    )


def test_a_nurse_corrects_on_the_page(gout: Problem, nora: User, client: Client) -> None:
    client.force_login(nora)
    shown = client.get(address(gout, "edit")).content.decode()
    assert 'value="2014-03-04"' in shown
    assert 'name="ended_on"' not in shown
    wrong = client.post(address(gout, "edit"), typed(gout, code="ZZZ", note="Kept as typed"))
    assert (wrong.status_code, "Kept as typed" in wrong.content.decode()) == (422, True)

    answer = client.post(address(gout, "edit"), typed(gout, code="M10.00", onset_on="", onset_year="2012"))

    assert answer.status_code == 302
    assert (again(gout).code, again(gout).when) == ("M10.00", "since 2012")


def test_the_end_is_corrected_where_there_is_one(gout: Problem, nora: User, client: Client) -> None:
    resolve_problem(gout, ended_on=date(2020, 1, 1), ended_is_year=True, by=nora)
    client.force_login(nora)
    assert 'value="2020"' in client.get(address(gout, "edit")).content.decode()

    client.post(address(gout, "edit"), typed(again(gout), ended_on="2020-05-06", ended_year=""))

    assert again(gout).when == "4 Mar 2014 to 6 May 2020"


def test_on_the_page_the_slower_keeps_what_was_typed(
    gout: Problem, dora: User, nora: User, client: Client
) -> None:
    sent = typed(gout, note="Under the sock")
    edit_problem(gout, note="Left toe", seen_version=1, by=dora)
    client.force_login(nora)

    answer = client.post(address(gout, "edit"), sent)

    assert answer.status_code == 422
    assert "Somebody else has just changed this problem" in answer.content.decode()
    assert "Under the sock" in answer.content.decode()


def test_a_nurse_takes_it_back_on_the_page(gout: Problem, nora: User, client: Client) -> None:
    client.force_login(nora)
    assert client.post(address(gout, "retract"), {"reason": "", "version": 1}).status_code == 422

    answer = client.post(address(gout, "retract"), {"reason": "Wrong patient", "version": 1}, follow=True)

    assert 'class="struck off"' in answer.content.decode()
    assert "Wrong patient" in answer.content.decode()


# ── The API ──────────────────────────────────────────────────────────────────
def test_the_api_resolves_reopens_corrects_and_takes_back(gout: Problem, dora: User, api: Any) -> None:
    client = api(dora)
    over = client.post(url(gout, "/resolve"), {"ended_on": "2020-05-06"})
    assert (over.status_code, over.json()["status"], over.headers["ETag"]) == (200, "resolved", '"2"')
    assert client.post(url(gout, "/resolve"), {}).status_code == 409
    assert client.post(url(gout, "/reopen"), {}).json()["ended_on"] is None
    changed = client.put(url(gout), {"note": "Left toe"}, headers={"If-Match": '"3"'})
    assert (changed.status_code, changed.json()["note"]) == (200, "Left toe")
    assert client.delete(url(gout)).status_code == 400
    assert client.delete(url(gout), {"reason": "Wrong patient"}).status_code == 204

    assert client.get(url(gout)).json()["retracted_because"] == "Wrong patient"


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"note": "x"}, {}, 428),
        ({"note": "x", "version": 7}, {}, 409),
        ({"note": "x"}, {"If-Match": '"7"'}, 412),
        ({"code": "ZZZ", "version": 1}, {}, 400),
        ({"ended_on": "2020-01-01", "version": 1}, {}, 400),
    ],
)
def test_the_api_says_why_nothing_changed(
    gout: Problem, dora: User, api: Any, body: dict[str, Any], headers: dict[str, str], status: int
) -> None:
    assert api(dora).put(url(gout), body, headers=headers).status_code == status
    assert again(gout).version == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [({"ended_on": "2014-03-03"}, 400), ({"ended_on": "soon"}, 400), ({"version": 7}, 409)],
)
def test_the_api_says_why_it_is_not_over(
    gout: Problem, dora: User, api: Any, body: dict[str, Any], status: int
) -> None:
    assert api(dora).post(url(gout, "/resolve"), body).status_code == status
    assert again(gout).version == 1


# ── Who ──────────────────────────────────────────────────────────────────────
def test_a_problem_is_not_found_under_another_patient(
    gout: Problem, dora: User, client: Client, api: Any
) -> None:
    """T02."""
    other = make_treated(dora, given_name="Bea")
    wrong = f"/api/v1/patients/{other.pk}/problems/{gout.pk}"
    client.force_login(dora)
    posts = [
        reverse(f"patients:{act}_problem", args=[other.pk, gout.pk])
        for act in ("edit", "resolve", "reopen", "retract")
    ]
    answers = [
        api(dora).get(wrong),
        api(dora).put(wrong, {"note": "x", "version": 1}),
        api(dora).delete(wrong, {"reason": "x"}),
        api(dora).post(f"{wrong}/resolve", {}),
        api(dora).post(f"{wrong}/reopen", {}),
        *(client.post(one, typed(gout, reason="x", note="x")) for one in posts),
    ]

    assert [one.status_code for one in answers] == [404] * len(answers)
    assert all("Gout" not in one.content.decode() for one in answers)
    assert again(gout).version == 1


@pytest.mark.parametrize("who", ["rita", "adam", "pia", "una"])
def test_others_change_nothing(
    gout: Problem, client: Client, who: str, request: pytest.FixtureRequest, api: Any
) -> None:
    user = request.getfixturevalue(who)
    client.force_login(user)
    answers = [
        *(client.post(address(gout, act), typed(gout)) for act in ("edit", "resolve", "reopen", "retract")),
        api(user).put(url(gout), {"note": "x", "version": 1}),
        api(user).delete(url(gout), {"reason": "x"}),
        api(user).post(url(gout, "/resolve"), {}),
        api(user).post(url(gout, "/reopen"), {}),
    ]

    assert [one.status_code for one in answers] == [403] * 8
    with pytest.raises(PermissionDenied):
        resolve_problem(gout, by=user)
    assert again(gout).version == 1


def test_a_doctor_who_does_not_treat_the_patient_changes_nothing(
    gout: Problem, dov: User, client: Client, api: Any
) -> None:
    client.force_login(dov)

    assert client.post(address(gout, "resolve"), {"version": 1}).status_code == 404
    assert client.post(address(gout, "reopen")).status_code == 404
    assert api(dov).post(url(gout, "/resolve"), {}).status_code == 404
    assert again(gout).version == 1
