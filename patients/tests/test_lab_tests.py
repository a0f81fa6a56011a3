"""The list of laboratory tests: LOINC codes, the starter set, and who keeps it."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as some

from accounts.models import Site, User
from audit.models import Entry
from hospital.tests.queries import counted
from patients.clinical.loinc import BY_CODE, STARTERS, is_loinc, place_of
from patients.clinical.units import tidy_unit, unit_in_words
from patients.models import LabTest
from patients.services import add_lab_test, edit_lab_test
from patients.tests.make_results import starter_set

NEW: dict[str, Any] = {
    "loinc": "1994-3",
    "name": "Calcium.ionized [Moles/volume] in Blood",
    "short_name": "Calcium, ionized",
    "unit": "mmol/L",
    "group": "Electrolytes",
}


# ── Codes ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("code", ["2823-3", "4548-4", "98979-8", "718-7", "14749-6"])
def test_codes_of_loinc_are_known_by_their_check_digit(code: str) -> None:
    assert is_loinc(code)


@pytest.mark.parametrize(
    "code",
    ["2823-4", "28233", "2823-", "-3", "", "2823-33", "\uff12\uff18\uff12\uff13-3", "28a3-3", "12345678-2"],
)
def test_what_is_no_code_is_noticed(code: str) -> None:
    assert not is_loinc(code)


@given(some.sampled_from(STARTERS), some.data())
def test_any_single_wrong_digit_of_a_code_is_noticed(starter: Any, data: Any) -> None:
    number, _dash, check = starter.loinc.partition("-")
    place = data.draw(some.integers(0, len(number) - 1))
    wrong = data.draw(some.sampled_from([digit for digit in "0123456789" if digit != number[place]]))

    assert not is_loinc(f"{number[:place]}{wrong}{number[place + 1 :]}-{check}")


# ── The starter set ──────────────────────────────────────────────────────────
def test_the_starter_set_is_sound() -> None:
    assert len(BY_CODE) == len(STARTERS) > 60
    for one in STARTERS:
        assert is_loinc(one.loinc), one
        assert bool(one.source) == (one.low is not None or one.high is not None), one
        assert tidy_unit(one.unit) == one.unit, one


def test_it_is_put_in_once_and_every_row_stands_up_to_the_rules(site: Site) -> None:
    call_command("load_lab_tests", verbosity=0)
    call_command("load_lab_tests", verbosity=0)

    assert LabTest.objects.count() == len(STARTERS)
    for test in LabTest.objects.all():
        before = dict(test.__dict__)
        test.check_row()
        assert test.__dict__ == before


def test_what_an_administrator_has_changed_stays(site: Site, adam: User) -> None:
    starter_set()
    edit_lab_test(LabTest.objects.get(loinc="2823-3"), short_name="Kalium", is_active=False, by=adam)

    assert LabTest.objects.load_starters() == 0
    kept = LabTest.objects.get(loinc="2823-3")
    assert (kept.short_name, kept.is_active) == ("Kalium", False)


def test_tests_stand_in_the_order_of_the_set_and_others_last() -> None:
    assert sorted(["9999-0", "2823-3", "6690-2"], key=place_of) == ["6690-2", "2823-3", "9999-0"]


# ── Units ────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("spelt", "ucum", "words"),
    [
        ("10^9/L", "10*9/L", "10⁹/L"),
        ("10⁹/l", "10*9/L", "10⁹/L"),
        ("µmol/l", "umol/L", "µmol/L"),
        ("mIU/L", "m[IU]/L", "mIU/L"),
        ("mL/min/1.73 m²", "mL/min/{1.73_m2}", "mL/min/1.73 m²"),
        ("spoons", "spoons", "spoons"),
        ("", "", ""),
    ],
)
def test_units_have_one_form(spelt: str, ucum: str, words: str) -> None:
    assert (tidy_unit(spelt), unit_in_words(ucum)) == (ucum, words)


@pytest.mark.parametrize(("one", "other"), [("mmol/L", "umol/L"), ("mg/dL", "mg/L"), ("10*9/L", "10*12/L")])
def test_units_that_differ_stay_different(one: str, other: str) -> None:
    assert tidy_unit(one) != tidy_unit(other)


# ── Keeping it ───────────────────────────────────────────────────────────────
def test_an_administrator_adds_a_test(site: Site, adam: User) -> None:
    test = add_lab_test(by=adam, **NEW)

    assert LabTest.objects.get().pk == test.pk
    assert Entry.objects.get(verb="patients.keep_lab_tests").subject_id == test.pk


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"loinc": "1994-4"}, "loinc"),
        ({"loinc": "2823-3"}, "loinc"),
        ({"low": "5", "high": "4"}, "high"),
        ({"short_name": ""}, "short_name"),
        ({"name": "x\x07"}, "name"),
    ],
)
def test_a_wrong_test_is_refused_at_its_field(
    site: Site, adam: User, wrong: dict[str, Any], field: str
) -> None:
    starter_set()
    with pytest.raises(ValidationError) as refused:
        add_lab_test(by=adam, **NEW | wrong)

    assert field in refused.value.message_dict
    assert LabTest.objects.count() == len(STARTERS)


def test_the_code_of_a_test_stays(site: Site, adam: User) -> None:
    starter_set()
    with pytest.raises(ValidationError, match="The code stays"):
        edit_lab_test(LabTest.objects.get(loinc="2823-3"), loinc="1994-3", by=adam)


def test_a_doctor_does_not_keep_the_list(site: Site, dora: User) -> None:
    with pytest.raises(PermissionDenied):
        add_lab_test(by=dora, **NEW)

    assert not LabTest.objects.exists()


def test_an_administrator_keeps_it_in_the_admin(site: Site, adam: User, client: Client) -> None:
    client.force_login(adam)
    wrong = client.post(reverse("admin:patients_labtest_add"), NEW | {"loinc": "1994-4", "is_active": "on"})
    assert "check digit is wrong" in wrong.content.decode()

    assert client.post(reverse("admin:patients_labtest_add"), NEW | {"is_active": "on"}).status_code == 302
    test = LabTest.objects.get()
    sent = NEW | {"short_name": "Ca++", "seen_version": 1}
    assert client.post(reverse("admin:patients_labtest_change", args=[test.pk]), sent).status_code == 302
    test.refresh_from_db()
    assert (test.short_name, test.is_active, test.version) == ("Ca++", False, 2)


# ── The API ──────────────────────────────────────────────────────────────────
def test_other_systems_find_tests(site: Site, ivo: User, api: Any) -> None:
    starter_set()
    client = api(ivo)

    by_code = client.get("/api/v1/lab-tests?q=2823-3").json()["results"]
    by_name = client.get("/api/v1/lab-tests?q=POTASS").json()["results"]

    assert by_code == by_name
    assert (by_code[0]["short_name"], by_code[0]["low"], by_code[0]["high"]) == ("Potassium", "3.5", "5")


def test_tests_that_are_no_longer_offered_are_not_found(site: Site, adam: User, ivo: User, api: Any) -> None:
    starter_set()
    edit_lab_test(LabTest.objects.get(loinc="2823-3"), is_active=False, by=adam)

    assert api(ivo).get("/api/v1/lab-tests?q=potassium").json()["results"] == []


def test_the_list_costs_the_same_for_one_and_for_all(site: Site, ivo: User, api: Any) -> None:
    starter_set()
    client = api(ivo)
    with counted(at_most=3):
        assert len(client.get("/api/v1/lab-tests?page_size=100").json()["results"]) == len(STARTERS)


@pytest.mark.parametrize("asked", ["q=%00", "q=(", "q=[", "q=%25", "q=" + "x" * 61, "name=x"])
def test_strange_questions_get_an_answer(site: Site, ivo: User, api: Any, asked: str) -> None:
    starter_set()
    assert api(ivo).get(f"/api/v1/lab-tests?{asked}").status_code in {200, 400}
