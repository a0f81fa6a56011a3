"""Documents are cut into passages that stand in them word for word."""

import pytest

from assistant.retrieval.chunking import (
    MOST_SIGNS,
    MOST_WORDS,
    chunks_of,
    is_list_of_sources,
    sentences,
)

TABLE = "| Medicine | Dose |\n|---|---|\n| Ramipril | 2.5 mg |\n| Amlodipine | 5 mg |"


def test_a_passage_knows_the_headings_above_it() -> None:
    text = "# Gout\n\nIt hurts.\n\n## Treatment\n\nRest.\n\n### Second\n\nIce.\n\n## Diet\n\nNo beer.\n"
    assert [(one.heading, one.text) for one in chunks_of([text], is_markdown=True)] == [
        ("Gout", "It hurts."),
        ("Gout – Treatment", "Rest."),
        ("Gout – Treatment – Second", "Ice."),
        ("Gout – Diet", "No beer."),
    ]


def test_pages_are_kept_apart_and_numbered() -> None:
    pages = ["One.\n\nTwo.", "", "Three."]
    assert [(one.page, one.text) for one in chunks_of(pages, is_markdown=False, numbered=True)] == [
        (1, "One.\n\nTwo."),
        (3, "Three."),
    ]


def test_a_hash_in_a_plain_text_is_no_heading() -> None:
    (only,) = chunks_of(["# 5 tablets\nDaily."], is_markdown=False)
    assert (only.heading, only.text) == ("", "# 5 tablets\nDaily.")
    (code,) = chunks_of(["```\n# no heading\n```"], is_markdown=True)
    assert code.heading == ""


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    text = " ".join(f"Sentence number {number} says something about the heart." for number in range(120))
    some = chunks_of([text], is_markdown=False)
    assert len(some) > 1
    assert " ".join(one.text for one in some) == text
    assert all(one.text.startswith("Sentence") and one.text.endswith("heart.") for one in some)
    assert all(len(one.text.split()) <= MOST_WORDS for one in some)


def test_a_table_stays_whole_and_a_long_one_begins_anew_with_its_head() -> None:
    (whole,) = chunks_of([f"Take:\n\n{TABLE}"], is_markdown=True)
    assert whole.text == f"Take:\n\n{TABLE}"
    rows = "".join(f"\n| Medicine {number} | {number} mg |" for number in range(200))
    some = chunks_of([TABLE + rows], is_markdown=True)
    assert len(some) > 1
    assert all(one.text.startswith("| Medicine | Dose |\n|---|---|\n|") for one in some)
    assert sum(one.text.count("\n") - 1 for one in some) == 202


@pytest.mark.parametrize("text", ["word " * 1000, "x" * 20_000, "a" * 5_000 + " b " * 300])
def test_what_has_no_end_is_cut_somewhere(text: str) -> None:
    some = chunks_of([text], is_markdown=False)
    assert all(len(one.text) <= MOST_SIGNS and len(one.text.split()) <= MOST_WORDS for one in some)
    assert "".join("".join(one.text.split()) for one in some) == "".join(text.split())


def test_sentences_do_not_end_at_abbreviations_and_decimals() -> None:
    text = "Give 2.5 mg (e.g. Ramipril). Then wait! Is it better? “Yes.” See Fig. 3 of it."
    assert sentences(text) == [
        "Give 2.5 mg (e.g. Ramipril).",
        "Then wait!",
        "Is it better?",
        "“Yes.”",
        "See Fig. 3 of it.",
    ]


def test_a_list_of_sources_is_known_by_its_heading() -> None:
    assert is_list_of_sources("Gout – References")
    assert not is_list_of_sources("Reference ranges")
