"""Citing: a sentence is shown only if what it says stands in the sources that it names."""

import pytest

from assistant.citing import Sentences, allowed_without_source, verified
from assistant.citing.figures import figures_of
from assistant.providers.phrases import ABSTAINS
from assistant.sources import Kind, Source
from assistant.tests.make import a_source

SOURCES: dict[str, Source] = {
    one.key: one
    for one in (
        a_source("Potassium 5.9 mmol/L (3.5–5.1), high, 3 May 2026; sodium 140 mmol/L", "s1"),
        a_source("Metformin 500 mg tablets: 1 tablet twice daily since 2026-01-05", "s2"),
        a_source("No known allergies, stated on 2026-01-01", "s3"),
        a_source("Potassium 6.1 mmol/L", "s4", patient="bela"),
        a_source("Blood pressure 120/80 mmHg, pulse 80 bpm, 37.2 °C at 10:30, SpO2 97 %", "s5"),
        a_source(
            "Give amoxicillin 500 mg three times a day for 5 days. Do not give doxycycline in pregnancy.",
            "s6",
            kind=Kind.GUIDELINE,
        ),
        a_source("Leukocytes 7.2 10⁹/L, CRP 48 mg/L", "s7"),
    )
}


def is_shown(sentence: str, patient: str = "amara") -> bool:
    return verified(sentence, SOURCES, patient=patient) is not None


@pytest.mark.parametrize(
    "sentence",
    [
        "Potassium was 5.9 mmol/L on 3 May 2026. [s1]",
        "On May 3 the potassium was high at 5.9 mmol/l [s1].",
        "She takes metformin 500 mg, 1 tablet twice daily [s2].",
        "Metformin 500 mg twice daily since 5 January 2026 [s2]",
        "Glucophage 500 mg twice daily [s2]",
        "No known allergies [s3].",
        "Blood pressure was 120/80 mmHg at 10:30 [s5].",
        "SpO2 was 97% [s5].",
        "- Amoxicillin 500 mg three times a day for 5 days [s6]",
        "Do not give doxycycline in pregnancy [s6].",
        "Leukocytes were 7.2 × 10^9/L [s7].",
        "Potassium was 5.9 mmol/L [s1] and CRP 48 mg/L [s7].",
    ],
)
def test_what_stands_in_its_source_is_shown(sentence: str) -> None:
    assert is_shown(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Potassium was 5.8 mmol/L [s1].",
        "Potassium was 59 mmol/L [s1].",
        "Potassium was 5.9 mg/L [s1].",
        "Potassium was 140 mmol/L [s1].",  # that of sodium
        "Potassium was 5.9 mmol/L on 4 May [s1].",
        "Potassium was 5.9 mmol/L on 3 May 2025 [s1].",
        "Potassium was low [s1].",
        "Potassium is normal at 5.9 mmol/L [s1].",
        "Metformin 500 mg three times a day [s2].",
        "Metformin 850 mg twice daily [s2].",
        "Two tablets of metformin daily [s2].",
        "Warfarin 500 mg tablets daily [s2].",
        "Allergies are known [s3].",
        "Blood pressure was 80/120 mmHg [s5].",
        "Blood pressure was 120/80 mmHg at 11:30 [s5].",
        "Give doxycycline in pregnancy [s6].",
        "Leukocytes were 7.2 10¹²/L [s7].",
        "Potassium was 500 mg [s1][s2].",
        "HbA1c was recorded with potassium [s1].",
    ],
)
def test_what_differs_from_its_source_is_not(sentence: str) -> None:
    assert not is_shown(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Potassium was 5.9 mmol/L.",
        "Potassium was 5.9 mmol/L [s99].",
        "Potassium was 5.9 mmol/L [s1] [s99].",
        "Yes [s1].",
        "[s1]",
        "",
        f"Potassium was 5.9 mmol/L {'high ' * 400}[s1].",
    ],
)
def test_without_a_source_of_this_turn_nothing_is_shown(sentence: str) -> None:
    assert not is_shown(sentence)


def test_nothing_is_told_about_another_patient() -> None:
    assert not is_shown("Potassium 6.1 mmol/L [s4].")
    assert is_shown("Potassium 6.1 mmol/L [s4].", patient="bela")
    assert not is_shown("Do not give doxycycline in pregnancy [s6]. Potassium 6.1 mmol/L [s4].")


def test_about_nobody_only_guidelines_and_who_was_found_are_told() -> None:
    assert is_shown("Do not give doxycycline in pregnancy [s6].", patient="")
    assert not is_shown("Potassium was 5.9 mmol/L [s1].", patient="")
    found = {"s1": a_source("Amara Okafor, born 1 May 1980", kind=Kind.PATIENT)}
    assert verified("Amara Okafor, born 1 May 1980 [s1].", found)
    assert not verified("Amara Okafor, born 1 May 1980 [s1].", found, patient="bela")


@pytest.mark.parametrize(
    "sentence",
    [
        "Potassium 5.9 mmol/L ![x](https://evil.example/p?5.9) [s1]",
        "Potassium 5.9 mmol/L [more](https://evil.example) [s1]",
        "Potassium 5.9 mmol/L, see https://evil.example [s1]",
        "Potassium 5.9 mmol/L <img src=x> [s1]",
        "Potassium 5.9 mmol/L javascript:alert(1) [s1]",
    ],
)
def test_no_address_and_no_picture_passes(sentence: str) -> None:
    assert not is_shown(sentence)


def test_a_source_that_leads_out_of_the_house_is_none() -> None:
    for url in ("https://evil.example/", "//evil.example/", "javascript:alert(1)", ""):
        assert not verified("Potassium 5 [s1]", {"s1": a_source("Potassium 5", url=url)}, patient="amara")


def test_the_quote_stands_in_the_source_as_it_is() -> None:
    found = verified("1. Amoxicillin 500 mg three times a day [s6].", SOURCES, patient="amara")
    assert found is not None
    (citation,) = found.citations
    assert citation.quote in SOURCES["s6"].text
    assert citation.quote == "Give amoxicillin 500 mg three times a day for 5 days."
    assert (found.text, found.opens) == ("Amoxicillin 500 mg three times a day.", "item")


def test_only_a_few_sentences_need_no_source() -> None:
    assert allowed_without_source(f" {ABSTAINS}\n")
    assert not allowed_without_source(f"{ABSTAINS} Take two.")


def test_words_are_cut_into_sentences_wherever_they_are_torn() -> None:
    text = (
        "Potassium was 5.9 mmol/L. [s1] Dr. Dietz gave 5 mg i.v. slowly [s2]. E.g. this [s1] [s2].\n"
        "- one [s3]\n2. two. [s4, s5]\nthe rest [s1]"
    )
    wanted = [
        "Potassium was 5.9 mmol/L. [s1]",
        "Dr. Dietz gave 5 mg i.v. slowly [s2].",
        "E.g. this [s1] [s2].",
        "- one [s3]",
        "2. two. [s4, s5]",
        "the rest [s1]",
    ]
    for size in (1, 2, 3, 7, len(text)):
        cutter = Sentences()
        parts = [text[at : at + size] for at in range(0, len(text), size)]
        whole = [one.strip() for part in parts for one in cutter.feed(part)]
        assert [*whole, *(one.strip() for one in cutter.rest())] == wanted


def test_words_without_an_end_are_not_kept_for_ever() -> None:
    cutter = Sentences()
    assert sum(len(one) for _ in range(100) for one in cutter.feed("word " * 100)) > 40_000


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,000 mg", "1000 mg"),
        ("1,5 g", "1.5 grams"),
        ("3.5 to 5.1 mmol/L", "3.5 mmol/l and 5.1 mmol/L"),
        ("3 May 2026", "2026-05-03"),
        ("03.05.2026", "May 3rd, 2026"),
        ("10 µg", "10 micrograms"),
        ("twice a day", "2 times a day"),
        ("half past", "half past"),
        ("5mg", "5 mg"),
        ("2:30 pm", "14:30"),
    ],
)
def test_one_figure_is_written_in_several_ways(one: str, other: str) -> None:
    assert figures_of(one).hold(figures_of(other))
    assert figures_of(other).hold(figures_of(one))


TABLE = a_source(
    "| Condition | Medicine | Dose | Days | When not |\n|---|---|---|---|---|\n"
    "| Pneumonia, mild | Amoxicillin | 500 mg | 5 | allergy to penicillin; fever |",
    "s1",
    kind=Kind.GUIDELINE,
)


@pytest.mark.parametrize(
    ("sentence", "is_right"),
    [
        (
            "Pneumonia, mild: Amoxicillin; Dose: 500 mg; Days: 5; When not: allergy to penicillin; fever [s1].",
            True,
        ),
        ("Mild pneumonia: amoxicillin 500 mg [s1].", True),
        (
            "Pneumonia, mild: Amoxicillin; Dose: 50 mg; Days: 5; When not: allergy to penicillin; fever [s1].",
            False,
        ),
        ("Pneumonia, mild: not Amoxicillin; Dose: 500 mg; When not: allergy to penicillin [s1].", False),
        ("Do not give amoxicillin 500 mg in mild pneumonia [s1].", False),
    ],
)
def test_a_row_of_a_table_is_shown_with_the_heads_of_its_columns(sentence: str, is_right: bool) -> None:
    assert (verified(sentence, {"s1": TABLE}) is not None) is is_right


def test_a_row_is_quoted_to_its_end() -> None:
    found = verified("Mild pneumonia: amoxicillin 500 mg [s1].", {"s1": TABLE})
    assert found is not None
    assert found.citations[0].quote.endswith("| 5 | allergy to penicillin; fever |")
