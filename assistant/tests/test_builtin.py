"""The built-in provider: it quotes, it follows up, it says when it does not know, and every word can be traced."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from assistant.models import PendingAction
from assistant.providers import phrases
from assistant.providers.builtin import BuiltIn
from assistant.providers.builtin.asked import read
from assistant.providers.builtin.evidence import evidence_of
from assistant.providers.builtin.headings import from_headings
from assistant.providers.builtin.lexicon import Part
from assistant.providers.builtin.proposing import proposal_in
from assistant.providers.builtin.times import span_in
from assistant.providers.builtin.words import stands_in, stem, stems
from assistant.providers.protocol import Message, ProviderFailure, Role, Tool, ToolCall
from assistant.tests.asking import answer
from assistant.tests.proving import faults_in
from assistant.tests.question_set.reading import Asked, questions
from assistant.tests.question_set.world import TODAY, plant
from assistant.tests.report_builtin import Figures, ask_all
from hospital import clock

TOOLS = [Tool(name, "", {}) for name in ("patient_summary", "labs", "vitals", "notes", "documents")]
ON = date(2026, 11, 20)


def asks(question: str, *more: Message) -> str:
    return BuiltIn().chat([Message(Role.USER, question), *more], tools=TOOLS).content


def read_from(tool: str, *sources: dict[str, str]) -> tuple[Message, Message]:
    """A call and its answer, as a turn holds them."""
    call = ToolCall("1", tool, {})
    content = json.dumps({"sources": list(sources)})
    return Message(Role.ASSISTANT, "", (call,)), Message(Role.TOOL, content, call_id="1", name=tool)


POTASSIUM = {
    "key": "s4",
    "kind": "result",
    "title": "Potassium",
    "text": "Potassium 5.9 mmol/L on 9 Nov 2026, 08:00, above the range 3.5 to 5. Laboratory: Nordfeld.",
}


def test_a_row_is_read_out_in_its_own_words() -> None:
    said = asks("What was the last potassium?", *read_from("labs", POTASSIUM))
    assert said == "Potassium 5.9 mmol/L on 9 Nov 2026, 08:00, above the range 3.5 to 5 [s4]."


def test_a_question_becomes_a_call_of_a_tool() -> None:
    reply = BuiltIn().chat([Message(Role.USER, "potassium in May 2026")], tools=TOOLS)
    (call,) = reply.tool_calls
    assert call.name == "labs"
    assert call.arguments == {"tests": ["2823-3"], "most": 12, "since": "2026-05-01", "until": "2026-05-31"}


def test_yesterday_is_that_of_the_house() -> None:
    """At half past midnight in Berlin it is still yesterday in Greenwich."""
    with time_machine.travel(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), tick=False):
        reply = BuiltIn(zone="Europe/Berlin").chat([Message(Role.USER, "potassium yesterday")], tools=TOOLS)
    (call,) = reply.tool_calls
    assert (call.arguments["since"], call.arguments["until"]) == ("2026-11-20", "2026-11-20")


def test_what_is_about_somebody_else_is_not_answered_from_this_chart() -> None:
    said = asks("What is the potassium of Mr Brandt?", *read_from("labs", POTASSIUM))
    assert said == ""  # it looks further, and then
    everything = [
        one
        for name in ("labs", "patient_summary", "notes", "documents")
        for one in read_from(name, POTASSIUM)
    ]
    assert asks("What is the potassium of Mr Brandt?", *everything) == phrases.NOT_THIS_PATIENT


def test_without_evidence_it_says_so() -> None:
    everything = [one for name in ("patient_summary", "notes", "documents") for one in read_from(name)]
    assert asks("Does she have a pacemaker?", *everything) == phrases.ABSTAINS


def test_a_denial_is_quoted_as_a_denial() -> None:
    note = {
        "key": "s1",
        "kind": "note",
        "title": "Note",
        "text": "Note of 9 Nov 2026, signed by X.\nComplaint: Feels well. Denies chest pain and dizziness.",
    }
    everything = [*read_from("patient_summary"), *read_from("documents"), *read_from("notes", note)]
    assert asks("Does she have chest pain?", *everything) == "Denies chest pain and dizziness [s1]."


def test_garbage_of_a_tool_is_not_read() -> None:
    call, _answer = read_from("labs")
    for content in ("", "[]", "{", '{"sources": [1, {"key": 3}]}', '{"error": {"code": "not_allowed"}}'):
        broken = Message(Role.TOOL, content, call_id="1", name="labs")
        more = [one for name in ("patient_summary", "notes", "documents") for one in read_from(name)]
        assert asks("potassium", call, broken, *more) == phrases.ABSTAINS


def test_a_stream_ends_with_the_whole_reply() -> None:
    pieces = list(BuiltIn().stream([Message(Role.USER, "Hello"), *read_from("labs", POTASSIUM)], tools=TOOLS))
    assert pieces[-1].reply is not None
    assert "".join(one.text for one in pieces) == pieces[-1].reply.content


def test_it_writes_no_structures() -> None:
    with pytest.raises(ProviderFailure):
        BuiltIn().chat([Message(Role.USER, "x")], schema={"type": "object"})


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("last year", date(2025, 1, 1), date(2025, 12, 31)),
        ("in may 2026", date(2026, 5, 1), date(2026, 5, 31)),
        ("in december", date(2025, 12, 1), date(2025, 12, 31)),
        ("on 12 november 2026", date(2026, 11, 12), date(2026, 11, 12)),
        ("2026-11-12", date(2026, 11, 12), date(2026, 11, 12)),
        ("since 2024", date(2024, 1, 1), None),
        ("last 3 weeks", date(2026, 10, 30), ON),
        ("last month", date(2026, 10, 1), date(2026, 10, 31)),
        ("on 31 february 2026", date(2026, 2, 1), date(2026, 2, 28)),
        ("soon", None, None),
    ],
)
def test_days_are_understood(text: str, since: date | None, until: date | None) -> None:
    assert span_in(text, ON)[0] == (since, until)


def test_a_follow_up_keeps_what_was_asked_about() -> None:
    asked = read("and last year?", ON, before=["How is the potassium?"])
    assert asked.has(Part.LABS)
    assert asked.span == (date(2025, 1, 1), date(2025, 12, 31))


def test_words_are_known_in_other_spellings_and_with_slips() -> None:
    assert stem("haemoglobin") == stem("hemoglobin")
    assert stem("oedema") == stem("edema")
    assert stands_in(stem("metfromin"), stems("Metformin 1000 mg"))
    assert stands_in(stem("thyroid"), stems("Hypothyroidism"))
    assert not stands_in(stem("hip"), stems("shipping"))


@pytest.mark.parametrize(
    ("question", "tool", "arguments"),
    [
        (
            "Prescribe doxycycline 100 mg capsule twice a day for 7 days",
            "propose_prescription",
            {
                "medicines": [
                    {"medicine": "doxycycline 100 mg capsule", "frequency": "twice a day", "days": 7}
                ]
            },
        ),
        (
            "please draft a prescription for amlodipine 5 mg tablet",
            "propose_prescription",
            {"medicines": [{"medicine": "amlodipine 5 mg tablet", "frequency": ""}]},
        ),
        (
            "Write a note: Fever is gone. Plan: review in a week.",
            "propose_note",
            {"assessment": "Fever is gone.", "plan": "review in a week."},
        ),
    ],
)
def test_what_is_to_be_done_is_proposed(question: str, tool: str, arguments: dict[str, Any]) -> None:
    assert proposal_in(question) == (tool, arguments)
    reply = BuiltIn().chat([Message(Role.USER, question)], tools=[*TOOLS, Tool(tool, "", {})])
    assert [(one.name, one.arguments) for one in reply.tool_calls] == [(tool, arguments)]


@pytest.mark.parametrize(
    "question", ["What was prescribed for the cough?", "Did he write a note?", "prescribe"]
)
def test_a_question_about_it_proposes_nothing(question: str) -> None:
    assert proposal_in(question) is None


def test_what_was_proposed_is_left_to_a_person(db: None) -> None:
    with clock.pretending(TODAY):
        world = plant()
        asked = "Prescribe doxycycline 100 mg capsule twice a day for 7 days"
        given = answer(BuiltIn(), asked, by=world.doctor, patient=world.patients["david"])
        assert given.text == phrases.ONLY_READS
        assert PendingAction.objects.get().patient_id == world.patients["david"].pk


# ── As people ask ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "question",
    ["labs", "lab results", "Last results?", "Latest laboratory results", "show me the lab results"],
)
def test_results_are_those_of_the_last_collection(question: str) -> None:
    (call,) = BuiltIn().chat([Message(Role.USER, question)], tools=TOOLS).tool_calls
    assert (call.name, call.arguments) == ("labs", {"collection": True, "most": 8})


@pytest.mark.parametrize(
    ("question", "medicines"),
    [
        ("Is ibuprofen 400 mg safe?", ("ibuprofen 400 mg",)),
        ("ibuprofen 400mg three times a day", ("ibuprofen 400mg three times a day",)),
        ("amoxicillin and clarithromycin", ("amoxicillin", "clarithromycin")),
        ("Does metronidazole interact with warfarin 5 mg?", ("metronidazole", "warfarin 5 mg")),
        ("clarithromycin", ()),
        ("Did he ever get amoxicillin and ibuprofen?", ()),
    ],
)
def test_medicines_are_checked_with_their_doses(question: str, medicines: tuple[str, ...]) -> None:
    asked = read(question, ON)
    assert asked.medicines == medicines
    assert asked.has(Part.SAFETY) is bool(medicines)
    assert medicines == () or asked.rest == ()


def test_a_medicine_that_is_not_known_is_named_without_its_dose() -> None:
    assert read("Is foobarin 20 mg twice a day safe?", ON).rest == ("foobarin",)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("summary", Part.OVERVIEW),
        ("Summarise the patient", Part.OVERVIEW),
        ("tell me about this patient", Part.OVERVIEW),
        ("summarise the last visit", Part.LAST_NOTE),
        ("any follow-up needed?", Part.FOLLOW_UP),
        ("next steps?", Part.FOLLOW_UP),
        ("lab results: potassium", Part.LABS),
    ],
)
def test_what_is_asked_broadly_is_asked_alone(question: str, part: Part) -> None:
    assert [one.part for one in read(question, ON).concepts] == [part]


def test_a_follow_up_of_something_is_looked_for_in_its_words() -> None:
    asked = read("follow-up of the echocardiography", ON)
    assert asked.concepts == ()
    assert set(asked.rest) == {"followup", "echocardiography"}


@pytest.mark.parametrize(
    "said", ["hi", "Hello!", "thanks", "Thank you very much.", "what can you do?", "help"]
)
def test_a_greeting_is_answered_by_what_can_be_asked(said: str) -> None:
    assert asks(said) == phrases.GREETS


def section(heading: str, text: str) -> dict[str, str]:
    title = f"Community-acquired pneumonia in adults, {heading}"
    return {"key": f"s{len(heading)}", "kind": "guideline", "title": title, "text": text}


SECTIONS_OF_PNEUMONIA = (
    section("Severity", "With 0 points treatment of pneumonia at home is usual."),
    section(
        "First-line treatment",
        "| Condition | Medicine | Dose | Days | When not |\n|---|---|---|---|---|\n"
        "| Pneumonia, mild | Amoxicillin | 500 mg | 5 | allergy to penicillin |\n"
        "| Pneumonia, moderate | Clarithromycin | 500 mg | 5 | pregnancy |",
    ),
    section("Red flags", "A respiratory rate of 30 or more needs hospital at once."),
)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        (
            "What is the first-line treatment of pneumonia?",
            "Pneumonia, mild: Amoxicillin; Dose: 500 mg; Days: 5; When not: allergy to penicillin [s20].",
        ),
        (
            "dose of clarithromycin in pneumonia",
            "Pneumonia, moderate: Clarithromycin; Dose: 500 mg; Days: 5; When not: pregnancy [s20].",
        ),
        ("red flags of pneumonia", "A respiratory rate of 30 or more needs hospital at once [s9]."),
        ("treatment of pneumonia in pregnancy", ""),
        ("treatment of malaria", ""),
    ],
)
def test_a_guideline_is_read_under_the_heading_that_was_asked_for(question: str, first: str) -> None:
    _call, told = read_from("search_guidelines", *SECTIONS_OF_PNEUMONIA)
    draft = from_headings(read(question, ON), evidence_of([told]))
    assert "".join(map(str, draft.statements[:1])) == first


@pytest.mark.parametrize(
    ("question", "lead"),
    [("first-line treatment of pneumonia", "- "), ("dose of clarithromycin in pneumonia", "")],
)
def test_several_rows_are_a_list_and_one_is_a_sentence(question: str, lead: str) -> None:
    _call, told = read_from("search_guidelines", *SECTIONS_OF_PNEUMONIA)
    draft = from_headings(read(question, ON), evidence_of([told]))
    assert draft.words(6) == "\n".join(f"{lead}{one}" for one in draft.statements)


# ── On the set ──────────────────────────────────────────────────────────────


def figures_of(some: list[Asked]) -> Figures:
    with clock.pretending(TODAY):
        outcomes = ask_all(plant(), some)
    figures = Figures.of(outcomes)
    print(figures)
    assert [one.faults for one in outcomes if one.faults] == []
    return figures


@pytest.mark.mongo_slow("questions are read by pure functions; the tools behind are tried there")
def test_questions_are_answered_well_enough(db: None) -> None:
    """Every fifth of the held-out half; those to guidelines, which take a model, in the long test."""
    held_out = [one for one in questions() if one.is_held_out and one.whose != "nobody"]
    figures = figures_of(held_out[::5])
    assert figures.answered >= 0.85
    assert figures.wrongly_answered <= 0.05


@pytest.mark.soak
@pytest.mark.mongo_slow("questions are read by pure functions; the tools behind are tried there")
def test_the_half_that_was_held_out_is_answered_well_enough(db: None) -> None:
    figures = figures_of([one for one in questions() if one.is_held_out])
    assert figures.is_enough, figures
    assert figures.right >= 0.85, figures


def test_the_proof_finds_what_is_not_in_the_source(db: None) -> None:
    with clock.pretending(TODAY):
        world = plant()
        given = answer(BuiltIn(), "last potassium", by=world.doctor, patient=world.patients["amara"])
    assert list(faults_in(given.text, given.sources)) == []
    for wrong in (
        given.text.replace("5.9", "5.8"),
        given.text.replace("[s", "[s9"),
        given.text.replace(" [s1]", ""),
        given.text.replace("above", "below"),
        f"All is well [s1].\n{given.text}",
    ):
        assert list(faults_in(wrong, given.sources)), wrong
