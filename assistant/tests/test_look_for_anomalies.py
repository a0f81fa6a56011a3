"""What is new is looked through, and each odd thing is found once."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts import acting
from accounts.models import Department, Site, User
from assistant import watching
from assistant.anomalies import Kind, Severity
from assistant.anomalies.finding import Finding
from assistant.indexing.writer import claim
from assistant.models import AnomalyAlert
from assistant.services import alerts
from assistant.services.alerts import Found
from assistant.tests.make_alerts import make_alert, make_series
from assistant.watching.sweeping import CLAIM
from billing.services import add_charge, waive_charge
from billing.tests.make import make_service
from doctors.tests.make import make_doctor
from hospital import clock
from hospital.errors import LostRace
from hospital.models import uuid7
from patients.models import Patient
from patients.services import retract_result
from patients.tests.make import make_patient
from patients.tests.vitals import make_vitals
from prescriptions.tests.make import make_product
from prescriptions.tests.make_prescriptions import make_line, make_signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def amara(department: Department) -> Patient:
    return make_patient(given_name="Amara", family_name="Diallo", birth_date="1960-01-01")


def kinds() -> list[str]:
    return sorted(AnomalyAlert.objects.values_list("kind", flat=True))


def found(kind: Kind = Kind.FAR_FROM_OWN, *, score: float = 0.5, **fields: Any) -> Found:
    severity = fields.pop("severity", Severity.LOOK)
    key = fields.pop("key", f"{kind}:{score}")
    return Found(Finding(kind, severity, score, {"value": "1"}), key, "patients.labresult", uuid7(), **fields)


def test_a_point_in_the_wrong_place_is_found_once(amara: Patient) -> None:
    make_series(amara, "4.1", "4.3", "4.2", "43")
    assert watching.sweep(30).found == 2
    assert watching.sweep(30).found == 0
    assert kinds() == ["critical_value", "decimal_point"]
    slip = AnomalyAlert.objects.get(kind=Kind.DECIMAL_POINT)
    assert (slip.facts["value"], slip.facts["meant"]) == ("43", "4.3")
    assert [value for _at, value in slip.facts["series"]] == [4.1, 4.3, 4.2, 43.0]


def test_what_is_as_always_is_told_nobody(amara: Patient) -> None:
    make_series(amara, "4.1", "4.3", "4.2", "4.4")
    assert watching.sweep(30).found == 0


def test_several_values_far_from_the_own_may_be_of_somebody_else(amara: Patient) -> None:
    tests = {
        "2823-3": ("Potassium", "mmol/L", "4.1", "5.1"),
        "14682-9": ("Creatinine", "umol/L", "60", "110"),
        "718-7": ("Haemoglobin", "g/dL", "15.1", "11.8"),
        "787-2": ("MCV", "fL", "99", "86"),
        "6768-6": ("ALP", "U/L", "140", "70"),
    }
    for loinc, (name, unit, usual, odd) in tests.items():
        more = {"loinc": loinc, "name": name, "unit": unit, "low": None, "high": None}
        make_series(amara, usual, usual, usual, odd, **more)
    watching.sweep(30)
    mixed = AnomalyAlert.objects.get(kind=Kind.MIX_UP)
    assert mixed.facts["count"] == 5


def test_what_is_taken_back_is_no_concern_any_more(amara: Patient, dora: User) -> None:
    wrong = make_series(amara, "4.1", "4.3", "4.2", "43", by=dora)[-1]
    watching.sweep(30)
    retract_result(wrong, reason="Typed wrong", by=dora)
    assert watching.sweep(30).withdrawn == 2
    assert set(AnomalyAlert.objects.values_list("status", flat=True)) == {"withdrawn"}


def test_a_high_early_warning_score_is_urgent(amara: Patient, nora: User) -> None:
    ill: dict[str, Any] = {"respiration": 26, "spo2": 90, "on_oxygen": False, "systolic": 88, "pulse": 125}
    make_vitals(amara, by=nora, consciousness="A", temperature=Decimal("38.6"), **ill)
    watching.sweep(30)
    assert AnomalyAlert.objects.get(kind=Kind.EARLY_WARNING).severity == Severity.URGENT


def test_a_service_charged_twice_on_a_day(amara: Patient, mona: User) -> None:
    service = make_service(price=85)
    first = add_charge(amara, service=service, by=mona)
    second = add_charge(amara, service=service, by=mona)
    watching.sweep(30)
    alert = AnomalyAlert.objects.get()
    assert (alert.kind, alert.subject_id) == (Kind.DUPLICATE_CHARGE, second.pk)
    assert alert.facts["others"] == [str(first.pk)]
    waive_charge(second, reason="Typed twice", by=mona)
    assert watching.sweep(30).withdrawn == 1


def test_only_the_gravest_of_a_day_are_shown_and_all_that_is_urgent(settings: Any, site: Site) -> None:
    settings.ASSISTANT_ALERTS_PER_DAY = 2
    alerts.keep([found(score=score) for score in (0.1, 0.2, 0.3)])
    alerts.keep([found(score=0.9), found(Kind.CRITICAL_VALUE, score=0.0, severity=Severity.URGENT)])
    shown = AnomalyAlert.objects.filter(is_shown=True).values_list("score", flat=True)
    assert sorted(shown) == [0.0, 0.3, 0.9]


def test_departments_and_desks_have_budgets_of_their_own(settings: Any, department: Department) -> None:
    settings.ASSISTANT_ALERTS_PER_DAY = 1
    alerts.keep(
        [
            found(score=0.1),
            found(score=0.2, department_id=department.pk),
            found(Kind.DUPLICATE_CHARGE, score=0.3),
        ]
    )
    assert AnomalyAlert.objects.filter(is_shown=True).count() == 3


def test_of_two_who_find_the_same_at_once_one_keeps_it(monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    one = found(key="same")
    alerts.keep([one])
    monkeypatch.setattr(alerts, "_known", lambda _keys: set())
    with pytest.raises(LostRace):
        alerts.keep([one])
    assert AnomalyAlert.objects.count() == 1


def test_while_one_looks_another_does_not(amara: Patient) -> None:
    turn = claim(30, CLAIM)
    assert turn is not None
    assert watching.sweep(30).is_taken
    turn.give_back()
    assert not watching.sweep(30).is_taken


def test_history_that_is_taken_in_is_no_news(amara: Patient) -> None:
    long_ago = clock.now() - timedelta(days=60)
    with clock.pretending(long_ago):
        make_series(amara, "4.1", "4.3", "4.2", "43")
    assert watching.sweep(30).found == 0


def test_a_dose_ten_times_the_patients_own(amara: Patient, dov: User) -> None:
    doctor, product = make_doctor(user=dov), make_product("Ramipril 5 mg tablet")
    for dose in ("1", "10"):
        line = make_line(product, dose=Decimal(dose), unit="tablet", times_a_day=Decimal(1), days=5)
        make_signed(amara, doctor, line)
    watching.sweep(30)
    assert Kind.DOSE in kinds()


def test_nobody_is_alarmed_by_an_old_alert(amara: Patient) -> None:
    make_alert(patient=amara)
    assert watching.sweep(30).withdrawn == 0


def test_a_record_of_the_own_family_name_that_was_only_looked_at(site: Site, rita: User) -> None:
    watching.sweep(30)  # from now on the audit is looked at
    rita.change(full_name="Rita Diallo")
    of_the_family = make_patient(given_name="Awa", family_name="Diallo", birth_date="1990-01-01")
    acting.opened(of_the_family, by=rita)
    watching.sweep(30)
    alert = AnomalyAlert.objects.get()
    assert (alert.kind, alert.about, alert.patient) == (Kind.SNOOPING, rita, of_the_family)


def test_whoever_is_turned_away_at_many_records(site: Site, dov: User) -> None:
    watching.sweep(30)
    for number in range(5):
        acting.not_in_care(make_patient(family_name=f"Number{number}"), "patients.view_note", by=dov)
    watching.sweep(30)
    assert kinds() == ["denials"]
