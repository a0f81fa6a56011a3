"""Tokens for identifiers and back: what is one, what is none, and what survives the way."""

from datetime import date

import pytest

from assistant.privacy.checking import StillNamed, refuse_if_named
from assistant.privacy.identifiers import Identifiers
from assistant.privacy.names import Name
from assistant.privacy.others import Staff
from assistant.privacy.spans import Kind
from assistant.privacy.vault import Vault

AMARA = Identifiers(
    names=(Name("Amara-Lena", "Müller", Kind.PATIENT), Name("Emeka", "Okafor", Kind.KIN)),
    birth_date=date(1959, 2, 3),
    mrn="NF-000123-0",
    codes=("A123456789",),
    phones=("+493023125017",),
    emails=("amara@example.org",),
    address="Lange Straße 5\n00001 Nordfeld",
    staff=Staff.of(["Dr. Dora Dietz"]),
)
ROSE = Identifiers(names=(Name("Rose", "May", Kind.PATIENT),))
WRIGHT = Identifiers(names=(Name("Alice", "Wright", Kind.PATIENT),))


def hidden(text: str, identifiers: Identifiers = AMARA) -> str:
    return Vault(identifiers).hide(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Amara-Lena Müller",
            "MUELLER, Amara Lena",
            "amaralena muller",
            "A.-L. Müller",
            "Amara M.",
            "Mülller",
            "Müler",
        ),
        *(
            "A.L.M.",
            "Amara\nMüller",
            "amara_mueller",
            "Mu\u0308ller",
            "Mü\u00adller",
            "Amara\u2010Lena's",
            "okafor, E.",
        ),
        *("1959-02-03", "3.2.59", "3. Februar 1959", "Feb 3rd, 1959", "02/03/1959", "19590203", "03 02 1959"),
        *("NF 000123 0", "nf1230", "MRN 123-0", "000123-0", "a 123 456 789"),
        *("030 / 23 12 50 17", "+49 (0)30 23125017", "0049-30-23125017", "23125017"),
        *("AMARA@EXAMPLE.ORG", "amara (at) example (dot) org", "Lange Str. 5", "lange strasse 5", "Nordfeld"),
    ],
)
def test_what_is_known_is_hidden_and_comes_back(text: str) -> None:
    vault = Vault(AMARA)
    sent = vault.hide(f"Seen: {text}; well.")
    assert sent.startswith("Seen: [")
    assert sent.endswith(("]; well.", "].; well.", "]'s; well."))
    assert sent.count("[") == 1
    assert vault.restore(sent) == f"Seen: {Vault(Identifiers()).restore(_readable(text))}; well."


def _readable(text: str) -> str:
    return text.replace("u\u0308", "ü").replace("\u00ad", "")


@pytest.mark.parametrize(
    "text",
    [
        "Temperature rose to 38.2 °C, BP 145/88, pH 7.4, 1/2 tablet, 1-0-1, LOINC 4548-4, SNOMED 44054006",
        "Parkinson's disease, Bell's palsy, Crohn's disease, Hodgkin lymphoma, Wright stain, Babinski negative",
        "Metformin 500 mg; weight 80.4 kg in 2019, at 22:00, for 14 days; CKD 3. May repeat; 3.2 mmol/L",
        "Discussed on the ward. Sister ward informed. Her daughter is well. Will review.",
    ],
)
def test_clinical_words_stay(text: str) -> None:
    assert hidden(text) == text


def test_a_name_that_is_a_word_is_hidden_where_it_is_a_name() -> None:
    assert hidden("rose may came; temperature rose, it may rise; Rose is well", ROSE) == (
        "[PATIENT_1] came; temperature rose, it may rise; [PATIENT_1b] is well"
    )
    assert hidden("Wright stain; weight 80 kg; Wright is well", WRIGHT).startswith(
        "Wright stain; weight 80 kg; [P"
    )


def test_a_name_of_one_short_word() -> None:
    alessia = Identifiers(names=(Name("Alessia", "De", Kind.PATIENT),))
    assert hidden("De's letter; a de novo mutation", alessia) == "[PATIENT_1]'s letter; a de novo mutation"


def test_other_people() -> None:
    assert hidden("Dr. Osei and Frau Lindemann, with her son Kwame and Peter Brown; DIETZ; Dora Dietz") == (
        "Dr. [PERSON_1] and Frau [PERSON_2], with her son [PERSON_3] and [PERSON_4]; [PERSON_5]; [PERSON_6]"
    )


def test_anybodys_numbers() -> None:
    text = "x@y.example, 040 66969 123, 0190f4a2-1234-7abc-8def-0123456789ab, 14 April 2026"
    assert hidden(text) == "[EMAIL_1], [PHONE_1], [ID_1], [DATE_1]"


def test_the_key_of_a_row_is_one_whatever_its_digits_look_like() -> None:
    """Here they look like record number 123 with its check digit, once with the year in which she was born."""
    for key in ("01a22ab1-0842-7506-9123-06485419845a", "0195a123-0842-7506-1959-020348419845"):
        assert hidden(f"Open {key} please") == "Open [ID_1] please"


def test_the_same_has_one_number_and_each_way_of_writing_comes_back_as_it_was() -> None:
    vault = Vault(AMARA)
    text = "Müller or MUELLER and Müller on 14.04.2026 and 2026-04-14, then 28.04.2026"
    sent = vault.hide(text)
    assert sent == "[PATIENT_1] or [PATIENT_1b] and [PATIENT_1] on [DATE_1] and [DATE_1b], then [DATE_2]"
    assert vault.restore(sent) == text
    assert "[DATE_1] is day 0, [DATE_2] is day 14" in vault.legend()


def test_what_looks_like_a_token_is_none() -> None:
    """A note may say [PATIENT_1]; and a provider may make tokens up."""
    vault = Vault(AMARA)
    sent = vault.hide("It says [PATIENT_1] here.")
    assert sent == "It says [TEXT_1] here."
    assert vault.restore(sent) == "It says [PATIENT_1] here."
    assert vault.restore("[PATIENT_7] [x] [ text_1 ]") == "[PATIENT_7] [x] [PATIENT_1]"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8])
def test_a_stream_is_restored_however_it_is_cut(size: int) -> None:
    vault = Vault(AMARA)
    text = "Müller [sic] on 14.04.2026 [and] A.-L. Müller [" * 2
    sent = vault.hide(text)
    pieces = [sent[start : start + size] for start in range(0, len(sent), size)]
    assert "".join(vault.restore_pieces(iter(pieces))) == text


def test_the_last_look_finds_what_was_left() -> None:
    for text in (
        "mueller",
        "Muller is",
        "ask okafor",
        "0 30-23 12 50 17",
        "NF/000123/0",
        "a.123.456.789",
        "03.02.1959",
    ):
        with pytest.raises(StillNamed):
            refuse_if_named(text, AMARA)
    refuse_if_named("A lovely day in 1959; 23 mmol/L", AMARA)
    refuse_if_named("It may rise", ROSE)
