"""Taking vital signs back: the rule."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Site, User
from hospital.errors import Refusal, Stale
from patients.models import Chart, Patient, TimelineEntry, Vitals
from patients.services import retract_vitals
from patients.tests.make import make_patient
from patients.tests.vitals import ago, make_vitals, weigh


@pytest.fixture
def amara(site: Site) -> Patient:
    return make_patient()


def test_it_stays_struck_through_and_leaves_the_first_page(amara: Patient, nora: User) -> None:
    weigh(amara, "71.4", by=nora, taken_at=ago(days=9))
    wrong = weigh(amara, "17.4", by=nora)
    retract_vitals(wrong, reason="  Typed   wrong ", by=nora)

    kept = Vitals.objects.get(pk=wrong.pk)
    assert (kept.retracted_because, kept.retracted_by_id, kept.version) == ("Typed wrong", nora.pk, 2)
    front: Any = Chart.of(amara.pk).vitals
    assert [one["values"] for one in front["readings"]] == [{"weight": 71.4}]
    assert front["weight"]["value"] == "71.4"
    line = TimelineEntry.objects.get(subject_id=wrong.pk)
    assert (line.facts["retracted"], line.facts["because"]) == (True, "Typed wrong")


def test_it_is_taken_back_once_and_with_a_reason(amara: Patient, nora: User) -> None:
    row = make_vitals(amara, by=nora)
    with pytest.raises(ValidationError) as raised:
        retract_vitals(row, reason=" ", by=nora)
    assert set(raised.value.error_dict) == {"reason"}
    retract_vitals(row, reason="Another patient", by=nora)

    with pytest.raises(Refusal) as refused:
        retract_vitals(row, reason="Again", by=nora)
    assert refused.value.code == "already_retracted"


def test_the_slower_of_two_is_refused(amara: Patient, nora: User, dora: User) -> None:
    row = make_vitals(amara, by=nora)
    seen_by_the_slower = Vitals.objects.get(pk=row.pk)
    retract_vitals(row, reason="Another patient", by=nora)

    with pytest.raises(Stale):
        retract_vitals(seen_by_the_slower, reason="Wrong", by=dora)
    assert Vitals.objects.get().retracted_by_id == nora.pk
