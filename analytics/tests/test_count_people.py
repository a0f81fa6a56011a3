"""Patients and prescriptions are counted as plain arithmetic counts them; what few patients are is told to nobody."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts import places
from accounts.models import User
from analytics.daily import Live, Period, SiteDay, count_people, count_these
from analytics.daily.people import area_of
from analytics.models import MedicinesDay, Topic
from analytics.reports.people import FEW, _told, people_of, tables_of
from doctors.tests.make import make_department, make_doctor
from patients.models import Patient
from patients.tests.make import make_patient
from prescriptions.models import PrescriptionLine, Warned
from prescriptions.tests.make_figures import Maker

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("Lindenweg 4, 10115 Berlin", "10"),
        ("12345 Street 7, 9000 Town", "90"),
        ("Hill Road 123456", ""),
        ("Street 12", ""),
        ("", ""),
    ],
)
def test_an_area_is_the_beginning_of_the_postal_code(address: str, area: str) -> None:
    assert area_of(address) == area


@given(st.dictionaries(st.integers(0, 90), st.integers(0, 30), max_size=8), st.booleans())
@settings(max_examples=200, deadline=None)
def test_nobody_can_reckon_how_many_a_few_are(numbers: dict[int, int], always: bool) -> None:
    told = _told(numbers, always=always)
    hidden = {key for key, number in told.items() if number is None}
    assert all(told[key] == numbers[key] for key in told.keys() - hidden)
    assert {key for key, number in numbers.items() if 0 < number < FEW} <= hidden
    everybody_is_few = not any(numbers[key] >= FEW for key in told.keys() - hidden)
    if hidden:
        assert everybody_is_few or (len(hidden) > 1 and sum(numbers[key] for key in hidden) >= FEW)
    elif always:
        assert everybody_is_few


def test_people_are_counted_as_plain_arithmetic_does(site: object) -> None:
    random = Random(3)
    homes = [places.first_site(), make_department("Australia/Lord_Howe").site]
    made = []
    for number in range(36):
        sex = "other" if number < 3 else random.choice(["female", "male"])
        born = date(random.randint(1925, 2026), 1, 1 + random.randrange(28))
        address = f"Street {number}, {random.choice(['10', '20'])}{random.randrange(100, 999)} Town"
        made.append(
            make_patient(
                family_name=f"N{number}",
                birth_date=str(born),
                sex=sex,
                address=address,
                site=random.choice(homes),
            )
        )
    Patient.objects.filter(pk=made[-1].pk).update(is_deceased=True)
    Patient.objects.filter(pk=made[-2].pk).update(is_active=False)
    assert count_people() == 34
    count_people()  # again is the same
    alive = [one for one in made[:-2] if one.sex != "other"]
    found = people_of()

    assert found.patients == len(alive) == sum(found.sexes.values())
    assert found.has_left_out
    assert found.sexes == Counter(one.sex for one in alive)
    assert found.counted_at is not None
    bands = Counter(
        (min(90, (found.counted_at.year - one.birth_date.year) // 5 * 5), str(one.sex)) for one in alive
    )
    for since, groups in found.bands.items():
        assert all(number in {None, bands[since, sex]} for sex, number in groups.items())
        assert all(number != 0 or not bands[since, sex] for sex, number in groups.items())
        assert not any(0 < (number or 0) < FEW for number in groups.values())
    assert not any(0 < (number or 0) < FEW for number in found.areas.values())
    assert None in found.areas.values()  # else the sum would tell how many are left out
    assert {one.key for one in tables_of(found)} == {"ages", "sexes", "areas"}
    assert "other" not in str(tables_of(found)[0].as_file()).lower()


def test_prescriptions_are_counted_as_plain_arithmetic_does(dora: User, dov: User) -> None:
    doctors = [
        make_doctor(user=dora, department=make_department()),
        make_doctor(user=dov, department=make_department("Australia/Lord_Howe")),
    ]
    first, days = date(2026, 10, 1), 20
    with time_machine.travel(NOW, tick=False):
        Maker(Random(9), [make_patient()], doctors).sign(40, since=first, days=days)
        for site in places.sites():
            count_these(Topic.MEDICINES, [SiteDay(site.pk, first + timedelta(days=n)) for n in range(days)])
        live = Live(Topic.MEDICINES, Period(first, first + timedelta(days=days - 1)))
        found = live.sums(MedicinesDay, by=("day", "doctor_id", "department_id")).found

    lines = list(PrescriptionLine.objects.all())
    plain_lines = Counter((one.signed_on, one.doctor_id, one.department_id) for one in lines)
    signed = {(one.signed_on, one.doctor_id, one.department_id, one.prescription_id) for one in lines}
    plain_signed = Counter(key[:3] for key in signed)
    decided = [one for one in Warned.objects.all() if one.decided_on]
    plain_warned = Counter((one.decided_on, one.doctor_id, one.department_id) for one in decided)
    plain_over = Counter(
        (one.decided_on, one.doctor_id, one.department_id) for one in decided if one.outcome == "overridden"
    )
    for name, plain in (
        ("lines", plain_lines),
        ("signed", plain_signed),
        ("warned", plain_warned),
        ("overridden", plain_over),
    ):
        assert Counter({key: sums[name] for key, sums in found.items() if sums[name]}) == plain, name
