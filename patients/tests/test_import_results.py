"""Taking in a file of a laboratory: all of it or nothing, once, with what is wrong in each line."""

import time
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import Site, User
from audit.models import Entry
from hospital.errors import Refusal
from hospital.tests.queries import counted
from patients.models import Chart, LabImport, LabResult, Patient, TimelineEntry
from patients.services import deactivate_patient, import_results, retract_result
from patients.tests.make import make_patient
from patients.tests.make_results import HEAD, a_day, file_of, line, starter_set


@pytest.fixture
def amara(site: Site) -> Patient:
    starter_set()
    return make_patient()


@pytest.fixture
def bela(site: Site) -> Patient:
    return make_patient(given_name="Bela", family_name="Bartos", birth_date="1980-05-05", sex="male")


def wrong_places(content: bytes, by: User) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        import_results(content, laboratory="Nord", by=by)
    assert not LabResult.objects.exists()
    assert not LabImport.objects.exists()
    return refused.value.message_dict


# ── A good file ──────────────────────────────────────────────────────────────
def test_a_file_of_two_patients_is_taken_in(amara: Patient, bela: Patient, ivo: User) -> None:
    crp = {"loinc": "1988-5", "value": "118", "unit": "mg/L", "low": "", "high": "5"}
    content = file_of(line(amara), line(amara, **crp), line(bela, value="6.9", flag="HH", external_id="X1"))

    taken = import_results(content, laboratory="Nord", file_name="tuesday.csv", by=ivo)

    assert (taken.results, taken.file_name, taken.laboratory) == (3, "tuesday.csv", "Nord")
    protein, kalium = LabResult.objects.filter(patient=amara).order_by("loinc")
    assert (protein.name, protein.shown, protein.flag) == ("CRP", "118", "H")
    assert (kalium.source, kalium.imported_id, kalium.recorded_by) == ("import", taken.pk, ivo)
    assert [row["name"] for row in Chart.of(amara.pk).results] == ["CRP", "Potassium"]
    assert TimelineEntry.objects.filter(kind="result").count() == 2
    assert LabResult.objects.get(external_id="X1").flag == "HH"
    entry = Entry.objects.get(verb="patients.import_results")
    assert (entry.subject_id, entry.details["results"], entry.details["patients"]) == (taken.pk, 3, 2)


def test_a_file_as_a_spreadsheet_writes_it_in_germany(amara: Patient, ivo: User) -> None:
    """Byte order mark, semicolons, decimal commas, local times, columns in another order."""
    head = "taken_at;mrn;birth_date;loinc;unit;value;low;high"
    local = f"{a_day():%Y-%m-%d} 08:30"
    row = f"{local};{amara.mrn.lower()};1959-02-03;2823-3;mmol/l;5,6;3,5;5,1"
    import_results(b"\xef\xbb\xbf" + file_of(row, "", ";;;;;;;", head=head), by=ivo)

    result = LabResult.objects.get()
    assert (result.shown, result.range, result.unit, result.flag) == ("5.6", "3.5 to 5.1", "mmol/L", "H")
    assert result.taken_at - a_day() in {timedelta(minutes=-30), timedelta(minutes=-90)}


def test_words_quotes_and_lines_within_a_cell(amara: Patient, ivo: User) -> None:
    head = "mrn,birth_date,loinc,text,taken_at"
    row = f'{amara.mrn},1959-02-03,5802-4,"negative, ""clean""\ntwice",{a_day().isoformat()}'
    import_results(file_of(row, head=head), by=ivo)

    assert LabResult.objects.get().text == 'negative, "clean" twice'


def test_a_formula_is_words_and_stays_words(amara: Patient, ivo: User) -> None:
    """T21: nothing here goes out as CSV, so there is nothing to neutralise on the way in."""
    head = "mrn,birth_date,loinc,name,text,taken_at"
    row = f'{amara.mrn},1959-02-03,5802-4,=cmd|x,"=HYPERLINK(""http://x"")",{a_day().isoformat()}'
    import_results(file_of(row, head=head), by=ivo)

    assert LabResult.objects.get().text == '=HYPERLINK("http://x")'


# ── Once ─────────────────────────────────────────────────────────────────────
def test_the_same_file_is_taken_in_once(amara: Patient, ivo: User, nora: User) -> None:
    content = file_of(line(amara))
    import_results(content, laboratory="Nord", by=ivo)
    with pytest.raises(Refusal, match=r"taken in already, on .*, with 1 result") as refused:
        import_results(content, laboratory="Süd", by=nora)

    assert refused.value.code == "already_imported"
    assert LabResult.objects.count() == 1


def test_what_the_laboratory_sends_again_is_passed_over(amara: Patient, ivo: User) -> None:
    first, second = line(amara, external_id="1"), line(amara, external_id="2", value="4.9")
    import_results(file_of(first), laboratory="Nord", by=ivo)
    taken = import_results(file_of(first, second), laboratory="Nord", by=ivo)

    assert taken.results == 1
    assert sorted(LabResult.objects.values_list("external_id", flat=True)) == ["1", "2"]


def test_but_another_result_under_the_same_number_is_not(amara: Patient, bela: Patient, ivo: User) -> None:
    taken = import_results(file_of(line(amara, external_id="1")), laboratory="Nord", by=ivo)
    for other in (line(amara, external_id="1", value="9.9"), line(bela, external_id="1")):
        with pytest.raises(ValidationError) as refused:
            import_results(file_of(other), laboratory="Nord", by=ivo)
        assert list(refused.value.message_dict) == ["line 2, external_id"]
    assert list(LabImport.objects.all()) == [taken]


def test_what_was_taken_back_does_not_come_again(amara: Patient, ivo: User, nora: User) -> None:
    import_results(file_of(line(amara, external_id="1")), laboratory="Nord", by=ivo)
    retract_result(LabResult.objects.get(), reason="Mixed up", by=nora)
    import_results(file_of(line(amara, external_id="1"), line(amara)), laboratory="Nord", by=ivo)

    assert LabResult.objects.filter(external_id="1").count() == 1
    assert LabResult.objects.get(external_id="1").is_retracted


# ── What is wrong with a line ────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"mrn": ""}, "mrn", "missing"),
        ({"mrn": "NF-999999-9"}, "mrn", "No patient has this number and this date of birth."),
        ({"birth_date": "1959-02-04"}, "mrn", "No patient has this number and this date of birth."),
        ({"birth_date": "03.02.1959"}, "birth_date", "year, month and day"),
        ({"birth_date": "1959-02-30"}, "birth_date", "year, month and day"),
        ({"loinc": ""}, "loinc", "missing"),
        ({"loinc": "2823-4"}, "loinc", "check digit is wrong"),
        ({"loinc": "1994-3"}, "name", "blank"),
        ({"value": ""}, "value", "Write a value"),
        ({"value": "many"}, "value", "Write a number"),
        ({"value": '"1,234"'}, "value", "Nobody can tell"),
        ({"value": "12345678901"}, "value", "Write a number"),
        ({"value": "1.23456"}, "value", "decimal places"),
        ({"value": "430000"}, "value", "10 000 times"),
        ({"unit": ""}, "unit", "Write the unit"),
        ({"low": "x"}, "low", "Write a number"),
        ({"high": "1"}, "high", "ends before it begins"),
        ({"flag": "very"}, "flag", "One of N, L, H"),
        ({"flag": "H", "value": "2.0"}, "flag", "does not go with"),
        ({"taken_at": ""}, "taken_at", "missing"),
        ({"taken_at": "2026-10-25T02:30"}, "taken_at", "clocks change"),
        ({"taken_at": "2999-01-01T08:00Z"}, "taken_at", "Write day and time"),
        ({"taken_at": "2199-01-01T08:00Z"}, "taken_at", "in the future"),
        ({"taken_at": "1950-01-01T08:00Z"}, "taken_at", "before the patient was born"),
        ({"taken_at": "9999-12-31T23:59-14:00"}, "taken_at", "Write day and time"),
        ({"external_id": "x" * 401}, "external_id", "At most 400"),
        ({"external_id": "x" * 121}, "external_id", "at most 120"),
        ({"unit": "m\x07"}, "unit", "cannot be printed"),
    ],
)
def test_each_mistake_is_told_with_line_and_column(
    amara: Patient, ivo: User, cells: dict[str, str], column: str, words: str
) -> None:
    told = wrong_places(file_of(line(amara), line(amara, **cells), line(amara)), ivo)

    assert list(told) == [f"line 3, {column}"]
    assert words in told[f"line 3, {column}"][0]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(
    amara: Patient, bela: Patient, ivo: User
) -> None:
    told = wrong_places(
        file_of(
            line(amara, value="x", flag="y", loinc="2823-4"),
            line(amara),
            line(bela, birth_date="1980-05-06"),
            "too,short",
            line(amara, external_id="1"),
            line(amara, external_id="1"),
        ),
        ivo,
    )

    assert list(told) == [
        "line 2, flag",
        "line 2, loinc",
        "line 2, value",
        "line 4, mrn",
        "line 5",
        "line 7, external_id",
    ]


def test_the_line_is_that_of_the_file_even_after_a_cell_of_several_lines(amara: Patient, ivo: User) -> None:
    head = "mrn,birth_date,loinc,text,taken_at"
    when = a_day().isoformat()
    rows = [f'{amara.mrn},1959-02-03,5802-4,"a\nb\nc",{when}', f"{amara.mrn},1959-02-03,5802-5,x,{when}"]

    assert list(wrong_places("\n".join([head, *rows]).encode(), ivo)) == ["line 5, loinc"]


def test_nobody_learns_which_of_number_and_birth_date_is_wrong(amara: Patient, ivo: User) -> None:
    unknown = wrong_places(file_of(line(amara, mrn="NF-000009-9")), ivo)
    other_date = wrong_places(file_of(line(amara, birth_date="1990-01-01")), ivo)

    assert unknown == other_date


def test_inactive_patients_are_told_apart_only_when_both_agree(amara: Patient, rita: User, ivo: User) -> None:
    deactivate_patient(amara, by=rita)

    assert wrong_places(file_of(line(amara)), ivo) == {
        "line 2, mrn": ["The record of this patient is inactive."]
    }


def test_a_thousand_mistakes_are_told_one_by_one_and_the_others_counted(amara: Patient, ivo: User) -> None:
    told = wrong_places(file_of(*[line(amara, value="x")] * 1200), ivo)

    assert len(told) == 1001
    assert told["file"] == ["And 200 more places."]


# ── What is no file of results ───────────────────────────────────────────────
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Missing"),
        (b"\x00" * 100, "no text in UTF-8"),
        (f"{HEAD}\n".encode("utf-16"), "no text in UTF-8"),
        (f"{HEAD}\nM\xfcller".encode("latin-1"), "Line 2 is no text in UTF-8"),
        (b"PK\x03\x04\x14\x00\x06\x00", "no text in UTF-8"),
        (HEAD.encode(), "no results"),
        (f"{HEAD}\n\n\n,,,,,,,,,\n".encode(), "no results"),
        (b"name,value\nx,1", "Missing: mrn, birth_date, loinc, taken_at"),
        (b"mrn,birth_date,loinc,taken_at\n", "Missing: value"),
        (f"{HEAD},password\n".encode(), "Each column stands once and is one of"),
        (f"{HEAD},mrn\n".encode(), "Each column stands once"),
        (f'{HEAD}\n"never closed'.encode(), "quotation mark is missing"),
        (f"{HEAD}\n{'x' * 200_000}".encode(), "cell is too long"),
        (f"{HEAD}\n".encode() + b"a,b\n" * 5_001, "more than 5,000 lines"),
        (b"x" * 2_000_001, "larger than 2 MB"),
        (b'"' * 100_000, ""),
    ],
)
def test_a_hostile_file_is_refused_as_a_whole_and_quickly(
    amara: Patient, ivo: User, content: bytes, words: str
) -> None:
    began = time.perf_counter()
    told = wrong_places(content, ivo)

    assert time.perf_counter() - began < 1
    assert list(told) == ["file"]
    assert words in told["file"][0]


@pytest.mark.parametrize("laboratory", ["x" * 121, "Nord\x07"])
def test_the_laboratory_has_a_name_that_can_be_kept(amara: Patient, ivo: User, laboratory: str) -> None:
    with pytest.raises(ValidationError) as refused:
        import_results(file_of(line(amara)), laboratory=laboratory, by=ivo)

    assert "laboratory" in refused.value.message_dict


def test_reception_takes_in_nothing(amara: Patient, rita: User) -> None:
    with pytest.raises(PermissionDenied):
        import_results(file_of(line(amara)), by=rita)

    assert not LabImport.objects.exists()


@pytest.mark.mongo_slow("how fast it is says nothing about the product there")
def test_five_hundred_lines_cost_few_statements_for_each_patient(amara: Patient, ivo: User) -> None:
    lines = [
        line(amara, taken_at=a_day(1 + number % 5).isoformat(), value=str(number)) for number in range(1, 501)
    ]
    with counted(at_most=40):
        assert import_results(file_of(*lines), by=ivo).results == 500
