"""Tools: who may use them, on whom, and that nobody's arguments are taken at their word."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from assistant.tests.turn import ask, content, texts
from assistant.tools import TOOLS, Gathering, offered, use
from audit.models import Entry
from hospital import clock
from patients.models import Patient
from patients.tests.make import make_patient, make_treated
from patients.tests.make_results import make_result


@pytest.fixture
def amara(dora: User) -> Patient:
    return make_treated(dora)


@pytest.fixture
def bela(dov: User) -> Patient:
    """Somebody else's patient."""
    return make_treated(dov, given_name="Bela", family_name="Brandt")


def test_a_result_is_read_in_one_regular_form_and_cited_by_its_key(dora: User, amara: Patient) -> None:
    make_result(amara, value="5.9")
    turn = Gathering()

    result = ask("labs", dora, amara, turn=turn, tests=["potassium"])

    (source,) = result.sources
    assert source.text.startswith("Potassium 5.9 mmol/L on ")
    assert "above the range 3.5 to 5.1" in source.text
    assert turn.sources == {"s1": source}
    assert content(result)["sources"][0]["key"] == "s1"


def test_the_same_row_keeps_its_key_in_a_turn(dora: User, amara: Patient) -> None:
    make_result(amara)
    turn = Gathering()
    first, again = (ask("labs", dora, amara, turn=turn) for _ in range(2))
    assert first.sources == again.sources
    assert list(turn.sources) == ["s1"]


def test_reading_a_part_is_written_to_the_audit_before_it_is_answered(dora: User, amara: Patient) -> None:
    ask("vitals", dora, amara)
    entry = Entry.objects.get(verb="patients.open_record")
    assert (entry.actor_id, entry.patient_id) == (dora.pk, amara.pk)
    assert entry.details["part"] == "assistant: vitals"


def test_an_id_in_the_arguments_changes_nothing_about_whom_is_read(
    dora: User, amara: Patient, bela: Patient
) -> None:
    make_result(bela, value="7.7")
    result = ask("labs", dora, amara, patient_id=str(bela.pk), mrn=bela.mrn)
    assert result.sources == ()
    assert "7.7" not in result.content


@pytest.mark.parametrize("name", [one.name for one in TOOLS.values() if one.about_patient])
def test_of_a_patient_whom_one_does_not_treat_nothing_is_read(dora: User, bela: Patient, name: str) -> None:
    make_result(bela, value="7.7")
    result = ask(name, dora, bela, medicines=["aspirin"], question="potassium")
    assert result.failed == "not_in_care"
    assert "Brandt" not in result.content
    assert "7.7" not in result.content
    assert Entry.objects.filter(outcome="denied", patient_id=bela.pk).exists()
    assert not Entry.objects.filter(verb="patients.open_record", patient_id=bela.pk).exists()


def test_a_chart_is_not_read_in_a_conversation_about_nobody(dora: User, amara: Patient) -> None:
    assert ask("vitals", dora, None).failed == "not_here"


def test_nobody_else_is_looked_up_in_a_conversation_about_somebody(
    dora: User, amara: Patient, bela: Patient
) -> None:
    result = ask("find_patient", dora, amara, name="Brandt")
    assert result.failed == "not_here"
    assert bela.mrn not in result.content


def test_people_are_found_as_links_only(rita: User, amara: Patient) -> None:
    (source,) = ask("find_patient", rita, name="Nwosu").sources
    assert source.url == amara.get_absolute_url()
    assert source.text == f"Amara Nwosu, born 3 Feb 1959, female, {amara.mrn}."


def test_what_the_role_does_not_see_no_tool_shows(rita: User, amara: Patient) -> None:
    make_result(amara, value="5.9")
    result = ask("labs", rita, amara)
    assert result.failed == "not_allowed"
    assert "5.9" not in result.content
    assert Entry.objects.filter(verb="patients.view_labresult", outcome="denied").exists()


def test_a_role_is_offered_the_tools_that_it_may_use(rita: User, dora: User, amara: Patient) -> None:
    def names(user: User, patient: Patient | None) -> set[str]:
        return {one.name for one in offered(user, patient=patient)}

    assert names(rita, None) == {"find_patient", "availability", "search_guidelines"}
    assert "labs" not in names(rita, amara)
    assert "find_patient" not in names(dora, amara)
    assert {"labs", "vitals", "notes", "prescriptions", "safety_check"} <= names(dora, amara)


@pytest.mark.parametrize(
    "arguments",
    [
        {"most": 10_000},
        {"most": "many"},
        {"since": "yesterday"},
        {"tests": ["x"] * 50},
        {"tests": [{"$ne": None}]},
        {"tests": ["\x00"]},
        {"abnormal": "x" * 20_000},
        {"since": "0001-01-01", "until": "9999-12-31", "tests": ["\ud800"]},
        {"since": float("nan")},
        [],
        "potassium",
        None,
    ],
)
def test_odd_arguments_are_answered_and_not_raised(dora: User, amara: Patient, arguments: Any) -> None:
    result = use("labs", arguments, by=dora, patient=amara, turn=Gathering())
    assert result.failed == "invalid"
    assert "error" in content(result)


def test_the_farthest_days_are_understood(dora: User, amara: Patient) -> None:
    make_result(amara)
    result = ask("labs", dora, amara, since="0001-01-02", until="9999-12-31")
    assert len(result.sources) == 1


def test_there_is_no_other_tool(dora: User, amara: Patient) -> None:
    assert ask("delete_patient", dora, amara).failed == "no_such_tool"


def test_each_tool_tells_the_shape_of_its_arguments() -> None:
    for tool in TOOLS.values():
        assert tool.told.parameters["type"] == "object"
        assert all(one.get("type") for one in tool.told.parameters["properties"].values())
        assert "patient" not in tool.told.parameters["properties"]


def test_the_first_page_says_what_is_not_known(dora: User) -> None:
    patient = make_treated(dora)
    result = ask("patient_summary", dora, patient)
    assert "Nothing is recorded about allergies" in result.content
    assert "67 years old" in texts(result)[0] or "years old" in texts(result)[0]


def test_a_patient_who_may_not_be_known_is_not_found(una: User, amara: Patient) -> None:
    assert ask("patient_summary", una, amara).failed == "not_allowed"
    assert make_patient(given_name="Other").pk != amara.pk


def test_the_last_collection_is_read_with_what_is_abnormal_first(dora: User, amara: Patient) -> None:
    now = clock.now()
    make_result(amara, value="4.0", taken_at=now - timedelta(days=30))
    for loinc, value in (("2823-3", "4.1"), ("2951-2", "4.2"), ("718-7", "5.9")):
        make_result(amara, loinc=loinc, name=f"Test {loinc}", value=value, taken_at=now - timedelta(hours=1))

    first, second, more = texts(ask("labs", dora, amara, collection=True, most=2))

    assert first.startswith("Test 718-7 5.9")
    assert "above the range" in first
    assert second.startswith("Test ")
    assert more.startswith("1 more result was taken on ")


@pytest.mark.parametrize(
    ("medicine", "said"),
    [
        ("ibuprofen 400 mg", "Dose: Nobody has said how often"),
        ("ibuprofen 4000mg three times a day", "4000 mg of Ibuprofen at once"),
    ],
)
def test_medicines_are_checked_with_the_dose_that_was_typed(
    dora: User, amara: Patient, medicine: str, said: str
) -> None:
    found = texts(ask("safety_check", dora, amara, medicines=[medicine]))
    assert any(said in one for one in found), found
    assert not any("not known here" in one for one in found)
