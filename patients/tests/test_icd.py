"""The search in ICD-10-CM: what words and beginnings of codes lead to, how fast, and who pays for reading it."""

import importlib.metadata
import importlib.resources
import subprocess
import sys
import time

import pytest

from hospital.tests.scratch import ROOT
from patients.clinical import icd
from patients.models import Problem


def codes_of(question: str) -> list[str]:
    return [one.code for one in icd.search(question)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("high blood pressure", "I10"),
        ("hypert", "I10"),
        ("diabetes", "E11.9"),
        ("diab type 1", "E10.9"),
        ("heart attack", "I21.9"),
        ("Parkinson's", "G20.A1"),
        ("gout", "M10.9"),
        ("pneum", "J18.9"),
        ("fracture of femur", "S72"),
        ("e119", "E11.9"),
        ("E11.9", "E11.9"),
        ("s72.001a", "S72.001A"),
    ],
)
def test_everyday_words_and_codes_lead_to_what_is_meant(typed: str, meant: str) -> None:
    assert codes_of(typed)[0] == meant


def test_every_word_must_begin_one() -> None:
    assert codes_of("chronic kidney stage 4") == ["N18.4", "I12.9", "I13.0", "I13.10"]
    assert codes_of("diabetes zzzz") == []
    assert codes_of("iabetes") == []


def test_the_beginning_of_a_code_shows_what_is_common_and_then_its_order() -> None:
    found = codes_of("E11")
    assert found[:3] == ["E11.9", "E11", "E11.0"]
    assert all(code.startswith("E11") for code in found)


def test_the_less_is_said_the_earlier_it_comes() -> None:
    found = icd.search("fracture of femur")
    assert len(found[0].title) <= min(len(one.title) for one in found)


def test_it_is_said_what_has_more_exact_codes_below_it() -> None:
    by_code = {one.code: one.billable for one in icd.search("E11")}
    assert (by_code["E11"], by_code["E11.9"]) == (False, True)


@pytest.mark.parametrize("typed", ["", "a", " ", "--", "\x00\x00", "zz zz", "x" * 10_000, "{{7*7}}zz"])
def test_nothing_is_found_for_what_means_nothing(typed: str) -> None:
    assert codes_of(typed) == []


def test_a_code_is_known_however_it_is_written() -> None:
    assert [icd.find(text).code for text in ("E11.9", "e119", " i10 ")] == ["E11.9", "E11.9", "I10"]  # type: ignore[union-attr]
    assert icd.find("E11.99") is icd.find("") is icd.find("Chapter 4") is None
    assert icd.find("A00-A09") is None


def test_what_is_common_exists_and_is_exact_in_this_edition() -> None:
    assert [code for code in icd.COMMON if not (icd.find(code) and icd.find(code).billable)] == []  # type: ignore[union-attr]


def test_the_page_names_the_edition_that_the_library_carries() -> None:
    carried = importlib.resources.files("simple_icd_10_cm") / "data"
    assert [one.name for one in carried.iterdir() if one.name.endswith(".xml")] == [
        "icd10c-tabular-April-1-2026.xml"
    ]
    assert icd.VERSION == "ICD-10-CM 2026, release of 1 April 2026"
    assert importlib.metadata.version("simple-icd-10-cm") == "1.5.0"


def test_the_longest_code_and_title_fit_into_a_problem() -> None:
    known = icd.index().by_code.values()
    assert max(len(one.code) for one in known) <= (Problem._meta.get_field("code").max_length or 0)
    assert max(len(one.title) for one in known) <= (Problem._meta.get_field("title").max_length or 0)


def test_an_answer_takes_milliseconds() -> None:
    """The beginnings that mean most, in time of the processor: far below what a reading of all rows would take."""
    icd.search("warm up")
    for typed in ("un", "fra of", "di", "unspec init enc", "en", "with other"):
        started = time.process_time()
        icd.search(typed)
        assert time.process_time() - started < 0.1, typed


def test_the_classification_is_not_read_before_somebody_asks() -> None:
    """In a process of its own, that has all routes and everything behind them."""
    script = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "hospital.settings"
import django
django.setup()
import hospital.urls, patients.demo
print("before", "simple_icd_10_cm" in sys.modules)
from patients.clinical import icd
icd.search("gout")
print("after", "simple_icd_10_cm" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["before", "False", "after", "True"]


def test_reading_it_hides_no_other_warning() -> None:
    script = "import warnings; from patients.clinical import icd; icd.find('I10'); warnings.warn('x', DeprecationWarning)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stderr.strip().endswith("DeprecationWarning: x")
    assert "read_text" not in done.stderr
