"""Writing down an allergy: what is coded and what is not, what is refused, and the doors to it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Site, User
from audit.models import Entry
from hospital import clock
from hospital.errors import Refusal
from patients import timeline
from patients.models import Allergy, AllergyStatement, Chart, Patient, TimelineEntry
from patients.models.allergies import MOST_KNOWN
from patients.services import (
    deactivate_patient,
    edit_allergy,
    record_allergy,
    state_no_known_allergies,
)
from patients.tests.make import make_treated


@pytest.fixture
def amara(site: Site, dora: User, nora: User) -> Patient:
    """Amara is in the care of Dora and Nora."""
    return make_treated(dora, nora)


# ── The rule ─────────────────────────────────────────────────────────────────
def test_what_is_in_the_table_is_kept_with_its_code_and_class(amara: Patient, dora: User) -> None:
    allergy = record_allergy(amara, substance_key="amoxicillin", reaction="rash", by=dora)

    kept = Allergy.objects.get(pk=allergy.pk)
    assert (kept.substance, kept.atc, kept.drug_class) == ("Amoxicillin", "J01CA04", "penicillins")
    assert (kept.category, kept.is_coded, kept.recorded_by) == ("medication", True, dora)


def test_the_exact_name_of_something_in_the_table_means_it(amara: Patient, dora: User) -> None:
    allergy = record_allergy(amara, substance="augmentin", category="food", by=dora)

    assert (allergy.substance_key, allergy.category) == ("amoxicillin_with_clavulanic_acid", "medication")


def test_other_words_are_kept_and_are_not_coded(amara: Patient, dora: User) -> None:
    allergy = record_allergy(amara, substance="  Blue   pills ", category="medication", by=dora)

    assert (allergy.substance, allergy.is_coded, allergy.atc, allergy.drug_class) == (
        "Blue pills",
        False,
        "",
        "",
    )
    assert Chart.of(amara.pk).allergies["known"][0]["coded"] is False


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"substance_key": "penicillins"}, {"substance_key": "penicillins"}),
        ({"substance_key": "penicillins"}, {"substance": "Penicillin", "category": "medication"}),
        (
            {"substance": "Blue pills", "category": "medication"},
            {"substance": "BLUE  pills!", "category": "food"},
        ),
    ],
)
def test_the_same_is_not_written_down_twice(
    amara: Patient, dora: User, first: dict[str, Any], second: dict[str, Any]
) -> None:
    record_allergy(amara, by=dora, **first)

    with pytest.raises(Refusal) as refused:
        record_allergy(amara, by=dora, **second)

    assert refused.value.code == "already_known"
    assert Allergy.objects.count() == 1
    assert TimelineEntry.objects.count() == 1


def test_what_was_refuted_may_be_written_down_again(amara: Patient, dora: User) -> None:
    allergy = record_allergy(amara, substance_key="latex", by=dora)
    edit_allergy(allergy, verification="refuted", seen_version=1, by=dora)

    record_allergy(amara, substance_key="latex", by=dora)

    assert Allergy.objects.known(amara.pk).count() == 1


def test_a_class_and_its_member_are_two_things(amara: Patient, dora: User) -> None:
    record_allergy(amara, substance_key="penicillins", by=dora)
    record_allergy(amara, substance_key="amoxicillin", by=dora)

    assert Allergy.objects.known(amara.pk).count() == 2


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"substance_key": "no_such"}, "substance_key"),
        ({"substance": "", "category": "food"}, "substance"),
        ({"substance": "   ", "category": "food"}, "substance"),
        ({"substance": "Blue pills"}, "category"),
        ({"substance": "Blue pills", "category": "colour"}, "category"),
        ({"substance": "Blue\u202epills", "category": "food"}, "substance"),
        ({"substance_key": "latex", "criticality": "very"}, "criticality"),
        ({"substance_key": "latex", "reaction": "x" * 201}, "reaction"),
        ({"substance_key": "latex", "noted_on": date(1959, 2, 2)}, "noted_on"),
        ({"substance_key": "latex", "noted_on": clock.now().date() + timedelta(days=2)}, "noted_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    amara: Patient, dora: User, fields: dict[str, Any], field: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        record_allergy(amara, by=dora, **fields)

    assert set(wrong.value.message_dict) == {field}
    assert not Allergy.objects.exists()


def test_nothing_new_is_written_into_an_inactive_record(amara: Patient, rita: User, dora: User) -> None:
    deactivate_patient(amara, reason="Moved away", by=rita)

    with pytest.raises(Refusal) as refused:
        record_allergy(amara, substance_key="latex", by=dora)

    assert refused.value.code == "patient_inactive"


def test_none_is_ever_left_out_of_the_banner_so_there_is_an_end(amara: Patient, dora: User) -> None:
    Allergy.objects.bulk_create(
        Allergy(patient=amara, recorded_by=dora, substance=f"Thing {number}", category="food")
        for number in range(MOST_KNOWN)
    )
    with pytest.raises(Refusal) as refused:
        record_allergy(amara, substance_key="latex", by=dora)

    assert refused.value.code == "too_many"
    assert len(Allergy.objects.front(amara.pk)["known"]) == MOST_KNOWN


# ── What follows from it ─────────────────────────────────────────────────────
def test_the_first_page_has_what_the_banner_draws_the_most_critical_first(amara: Patient, dora: User) -> None:
    record_allergy(amara, substance_key="nickel", criticality="low", reaction="eczema", by=dora)
    record_allergy(amara, substance_key="codeine", kind="intolerance", reaction="nausea", by=dora)
    record_allergy(
        amara,
        substance_key="penicillins",
        criticality="high",
        reaction="anaphylaxis",
        verification="confirmed",
        by=dora,
    )

    front = Chart.of(amara.pk).allergies
    assert front["none_stated_on"] == ""
    assert [(one["substance"], one["says"]) for one in front["known"]] == [
        ("Penicillins", "anaphylaxis, verified"),
        ("Codeine", "intolerance, nausea"),
        ("Nickel", "eczema"),
    ]
    assert front["known"][0] | {"id": ""} == {
        "id": "",
        "substance": "Penicillins",
        "says": "anaphylaxis, verified",
        "criticality": "high",
        "verified": True,
        "category": "medication",
        "coded": True,
    }


def test_it_ends_the_statement_that_none_are_known(amara: Patient, dora: User) -> None:
    state_no_known_allergies(amara, by=dora)
    record_allergy(amara, substance_key="latex", by=dora)

    assert not AllergyStatement.objects.filter(is_current=True).exists()
    assert Chart.of(amara.pk).allergies["none_stated_on"] == ""


def test_the_timeline_tells_of_it_as_a_rebuilt_one_does(amara: Patient, dora: User) -> None:
    record_allergy(amara, substance_key="latex", reaction="rash", by=dora)
    before = list(TimelineEntry.objects.values())

    timeline.rebuild(amara.pk)

    assert list(TimelineEntry.objects.values()) == before
    ((drawn,), _place) = timeline.read(amara, dora)
    assert (drawn.line.title, drawn.line.detail, drawn.line.tone) == (
        "Allergy: Latex",
        "rash · Dora Dietz",
        "danger",
    )


def test_the_audit_names_the_act_and_no_words_of_it(amara: Patient, dora: User) -> None:
    record_allergy(amara, substance="Secret remedy", category="medication", by=dora)

    entry = Entry.objects.get(verb="patients.record_allergy")
    assert (entry.patient_id, entry.actor_id) == (amara.pk, dora.pk)
    assert "Secret" not in str(entry.details)
