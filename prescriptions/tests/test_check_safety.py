"""`POST /api/v1/safety/check`: the shape of the answer, and what is not understood."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from hospital.tests.problems import is_problem
from hospital.tests.queries import counted
from prescriptions.api.catalogue import ANSWERED, ASKED
from prescriptions.safety.ruleset import ruleset

pytestmark = [pytest.mark.django_db, pytest.mark.mongo_slow("the services' own tests repeat on both engines")]

AT = "/api/v1/safety/check"
OLGA = {
    "medicines": ["warfarin", {"name": "ibuprofen", "dose": 400, "unit": "mg", "times_a_day": 3}],
    "allergies": ["penicillin"],
    "age_years": 70,
    "weight_kg": 80,
    "egfr": 60,
    "pregnant": False,
}


@pytest.fixture
def ask(ivo: User, api: Callable[[User], Any]) -> Callable[[Any], Any]:
    """Ivo, another system, asks."""
    caller = api(ivo)
    return lambda body: caller.post(AT, body, format="json")


def fields_of(answer: Any) -> set[str]:
    assert is_problem(answer, 400, "invalid")
    return {error["field"] for error in answer.json()["errors"]}


def test_olga_on_warfarin_and_ibuprofen(ask: Callable[[Any], Any]) -> None:
    answer = ask(OLGA)
    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"findings", "screened", "not_screened", "ruleset_version"}
    (finding,) = body["findings"]
    assert set(finding) == {"rule", "severity", "medicines", "text", "source"}
    assert (finding["rule"], finding["severity"]) == ("vka-nsaid", "serious")
    assert finding["medicines"] == ["warfarin", "ibuprofen"]
    assert {one["medicine"] for one in body["screened"]} == {"warfarin", "ibuprofen"}
    assert [set(one) for one in body["not_screened"]] == [{"medicine", "why"}]
    assert body["ruleset_version"] == ruleset().version


def test_a_smaller_dose_or_another_medicine_changes_the_answer(ask: Callable[[Any], Any]) -> None:
    paracetamol = {"name": "paracetamol", "dose": 500, "unit": "mg", "times_a_day": 4}
    assert ask(OLGA | {"medicines": ["warfarin", paracetamol]}).json()["findings"] == []
    too_much = paracetamol | {"dose": 1.5, "unit": "g"}
    (finding,) = ask(OLGA | {"medicines": ["warfarin", too_much]}).json()["findings"]
    assert finding["severity"] == "serious"


def test_what_is_taken_already_is_held_against_what_is_new(ask: Callable[[Any], Any]) -> None:
    new = OLGA | {"medicines": ["ibuprofen"], "taken": ["warfarin", {"name": "ibuprofen"}]}
    body = ask(new).json()
    assert "vka-nsaid" in {one["rule"] for one in body["findings"]}
    assert {one["medicine"] for one in body["screened"]} == {"ibuprofen"}
    assert ask(OLGA | {"taken": []}).json() == ask(OLGA).json()
    assert fields_of(ask(OLGA | {"taken": ["", 5]})) == {"taken.0", "taken.1"}
    assert fields_of(ask(OLGA | {"taken": None})) == {"taken"}
    assert fields_of(ask(OLGA | {"taken": ["warfarin"] * 61})) == {"taken"}


def test_an_unknown_medicine_is_not_screened(ask: Callable[[Any], Any]) -> None:
    body = ask({"medicines": ["zzyzxomab"]}).json()
    assert body["findings"] == body["screened"] == []
    assert [one["medicine"] for one in body["not_screened"]] == ["zzyzxomab"]


def test_what_is_left_out_and_what_is_null_is_not_known(ask: Callable[[Any], Any]) -> None:
    nothing = {name: None for name in OLGA if name != "medicines"}
    left_out = ask({"medicines": ["metformin"]}).json()
    assert ask({"medicines": ["metformin"]} | nothing).json() == left_out
    reasons = " ".join(one["why"] for one in left_out["not_screened"])
    for word in ("allergies", "pregnant", "eGFR", "age"):
        assert word in reasons


def test_no_allergies_is_an_answer(ask: Callable[[Any], Any]) -> None:
    body = ask({"medicines": ["amoxicillin"], "allergies": []}).json()
    assert "allergies" in body["screened"][0]["checks"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"medicines": []}, "medicines"),
        ({"medicines": "warfarin"}, "medicines"),
        ({"medicines": None}, "medicines"),
        ({"medicines": ["warfarin"] * 61}, "medicines"),
        ({"medicines": [""]}, "medicines.0"),
        ({"medicines": ["warfarin", 5]}, "medicines.1"),
        ({"medicines": [None]}, "medicines.0"),
        ({"medicines": [["warfarin"]]}, "medicines.0"),
        ({"medicines": ["x" * 201]}, "medicines.0"),
        ({"medicines": ["war\x00farin"]}, "medicines.0"),
        ({"medicines": [{"dose": 5, "unit": "mg"}]}, "medicines.0.name"),
        ({"medicines": [{"name": "ibuprofen", "dose": "400", "unit": "mg"}]}, "medicines.0.dose"),
        ({"medicines": [{"name": "ibuprofen", "dose": 0, "unit": "mg"}]}, "medicines.0.dose"),
        ({"medicines": [{"name": "ibuprofen", "dose": -1, "unit": "mg"}]}, "medicines.0.dose"),
        ({"medicines": [{"name": "ibuprofen", "dose": 10**400, "unit": "mg"}]}, "medicines.0.dose"),
        ({"medicines": [{"name": "ibuprofen", "dose": 400}]}, "medicines.0.unit"),
        ({"medicines": [{"name": "ibuprofen", "unit": "mg"}]}, "medicines.0.dose"),
        ({"medicines": [{"name": "ibuprofen", "times_a_day": 49}]}, "medicines.0.times_a_day"),
        ({"medicines": [{"name": "ibuprofen", "strength": 4}]}, "medicines.0.strength"),
        ({"allergies": "penicillin"}, "allergies"),
        ({"allergies": [""]}, "allergies.0"),
        ({"allergies": [{"code": "Z88"}]}, "allergies.0"),
        ({"age_years": -1}, "age_years"),
        ({"age_years": 131}, "age_years"),
        ({"age_years": True}, "age_years"),
        ({"age_years": "70"}, "age_years"),
        ({"weight_kg": 0}, "weight_kg"),
        ({"egfr": 251}, "egfr"),
        ({"pregnant": "yes"}, "pregnant"),
        ({"pregnant": 1}, "pregnant"),
        ({"alergies": ["penicillin"]}, "alergies"),
    ],
    ids=str,
)
def test_what_is_not_understood_is_named(
    wrong: dict[str, Any], field: str, ask: Callable[[Any], Any]
) -> None:
    assert fields_of(ask(OLGA | wrong)) == {field}


@pytest.mark.parametrize("body", [[], "warfarin", 5, ["warfarin"]])
def test_only_an_object_is_a_question(body: Any, ask: Callable[[Any], Any]) -> None:
    assert ask(body).status_code == 400


def test_numbers_that_are_none(ivo: User, api: Callable[[User], Any]) -> None:
    caller = api(ivo)
    for number in ("NaN", "Infinity", "1e999"):
        body = f'{{"medicines": ["warfarin"], "weight_kg": {number}}}'
        answer = caller.generic("POST", AT, body, content_type="application/json")
        assert answer.status_code == 400, number


def test_nothing_but_who_asks_is_looked_up(ivo: User, api: Callable[[User], Any]) -> None:
    caller = api(ivo)
    caller.post(AT, OLGA, format="json")
    with counted(at_most=1):
        caller.post(AT, OLGA, format="json")


def test_nurses_and_pharmacists_may_ask_and_receptionists_may_not(
    nora: User, pia: User, dora: User, rita: User, api: Callable[[User], Any]
) -> None:
    for somebody in (nora, pia, dora):
        assert api(somebody).post(AT, OLGA, format="json").status_code == 200
    assert is_problem(api(rita).post(AT, OLGA, format="json"), 403, "permission_denied")


def test_the_example_of_the_description_is_what_is_answered(ask: Callable[[Any], Any]) -> None:
    answer = ask(ASKED.value).json()
    example = ANSWERED.value
    assert {name: answer[name] for name in answer if name != "ruleset_version"} == {
        name: example[name] for name in example if name != "ruleset_version"
    }
