"""Taking in a file of laboratory results: as a whole, once."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import places
from accounts.acting import note, service
from accounts.models import User
from hospital.errors import LostRace, Refusal
from hospital.models import one_of
from patients.models import LabImport, LabResult, LabTest, Patient, Sample
from patients.models.words import has_forbidden, tidy
from patients.services.result_lines import Line, read_file
from patients.services.results import (
    checked_result,
    insert_results,
    known_numbers,
    show_results,
    tests_by_code,
)

CHUNK = 400
MOST_TOLD = 1_000  # what is wrong in a file is told place by place, up to here
SAME = ("patient_id", "loinc", "comparator", "value", "text", "unit", "taken_at")


@service("patients.import_results")
def import_results(content: bytes, *, laboratory: str = "", file_name: str = "", by: User) -> LabImport:
    """Take in a file of results, all of them or none. For its columns see `result_lines.COLUMNS`.

    Raises ValidationError with a key for each wrong place, such as `line 7, value`, or `file` for one that cannot
    be read, and Refusal `already_imported` for a file that was taken in before. A result that the laboratory
    has sent before, with the same content, is passed over.
    """
    digest = hashlib.sha256(content).hexdigest()
    _see_that_it_is_new(digest)
    taken = LabImport(
        sha256=digest,
        file_name=_one_line("file", file_name) or "results.csv",
        laboratory=_one_line("laboratory", laboratory),
        imported_by=by,
    )
    taken.check_row()
    reading = _Reading(read_file(content, places.first_site().zone), taken, by)
    reading.check()
    if reading.wrong:
        raise ValidationError(_told(reading.wrong))
    taken.results = len(reading.rows)
    try:
        taken.add()
    except IntegrityError as error:
        raise LostRace("The same file was taken in a moment ago.") from error
    insert_results(reading.rows)
    samples = reading.samples()
    for patient_id, its_samples in samples.items():
        show_results(patient_id, its_samples)
    note(results=taken.results, patients=len(samples), passed_over=reading.passed_over)
    return taken


def _see_that_it_is_new(digest: str) -> None:
    earlier: LabImport | None = one_of(LabImport.objects.filter(sha256=digest))
    if earlier is None:
        return
    day = date_format(earlier.created_at.astimezone(places.first_site().zone), "j M Y, H:i")
    raise Refusal(
        _("This very file was taken in already, on %(day)s, with %(number)s results. Nothing was changed.")
        % {"day": day, "number": earlier.results},
        code="already_imported",
    )


def _one_line(name: str, text: str) -> str:
    text = tidy(text, lines=False)
    if has_forbidden(text, lines=False):
        raise ValidationError({name: _("This contains signs that cannot be printed.")})
    return text[:200] if name == "file" else text


@dataclass
class _Reading:
    """A file on its way: its lines, whose they are, and the results that become of them."""

    lines: list[Line]
    taken: LabImport
    by: User
    rows: list[LabResult] = field(default_factory=list)
    wrong: dict[tuple[int, str], Any] = field(default_factory=dict)
    passed_over: int = 0

    def check(self) -> None:
        patients = self._patients()
        tests = tests_by_code(line.fields.get("loinc", "") for line in self.lines)
        known = self._known()
        numbers: dict[str, int] = {}
        for line in self.lines:
            self._say(line, line.wrong)
            patient = self._whose(line, patients)
            external_id = line.fields.get("external_id", "")
            if external_id and numbers.setdefault(external_id, line.number) != line.number:
                words = _("Line %(line)s has the same number.") % {"line": numbers[external_id]}
                self._say(line, {"external_id": words})
            if patient and not line.wrong:
                self._add(line, patient, tests, known.get(external_id))

    def samples(self) -> dict[Any, set[Sample]]:
        """The samples in the file, by the ids of their patients."""
        found: dict[Any, set[Sample]] = {}
        for row in self.rows:
            found.setdefault(row.patient_id, set()).add(row.sample)
        return found

    def _say(self, line: Line, wrong: dict[str, Any]) -> None:
        self.wrong |= {(line.number, column): words for column, words in wrong.items()}

    def _patients(self) -> dict[str, Patient]:
        numbers = sorted({line.mrn for line in self.lines if line.mrn})
        visible = Patient.objects.visible_to(self.by)
        return {one.mrn: one for part in _parts(numbers) for one in visible.filter(mrn__in=part)}

    def _known(self) -> dict[str, LabResult]:
        numbers = [line.fields["external_id"] for line in self.lines if line.fields.get("external_id")]
        known: dict[str, LabResult] = {}
        for part in _parts(numbers):
            known |= known_numbers(self.taken.laboratory, part)
        return known

    def _whose(self, line: Line, patients: dict[str, Patient]) -> Patient | None:
        """The patient, if number and date of birth agree. Which of the two is wrong is not said."""
        if {"mrn", "birth_date", ""} & line.wrong.keys():
            return None
        patient = patients.get(line.mrn)
        if patient is None or patient.birth_date != line.birth_date:
            self._say(line, {"mrn": _("No patient has this number and this date of birth.")})
            return None
        if not patient.is_active:
            self._say(line, {"mrn": _("The record of this patient is inactive.")})
            return None
        return patient

    def _add(self, line: Line, patient: Patient, tests: dict[str, LabTest], known: LabResult | None) -> None:
        fields = line.fields | {
            "laboratory": self.taken.laboratory,
            "source": LabResult.Source.IMPORT,
            "imported": self.taken,
        }
        try:
            row = checked_result(patient, tests, by=self.by, **fields)
        except ValidationError as error:
            self._say(line, {name: " ".join(error.message_dict[name]) for name in error.error_dict})
            return
        if known is None:
            self.rows.append(row)
        elif all(getattr(known, name) == getattr(row, name) for name in SAME):
            self.passed_over += 1
        else:
            words = _("The laboratory has sent another result under this number before.")
            self._say(line, {"external_id": words})


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _told(wrong: dict[tuple[int, str], Any]) -> dict[str, ValidationError]:
    """By place, in the order of the file, with line and column for whoever draws it."""
    places_in_order = sorted(wrong)
    told = {
        f"line {line}{', ' if column else ''}{column}": ValidationError(
            str(wrong[line, column]), code="line", params={"line": line, "column": column}
        )
        for line, column in places_in_order[:MOST_TOLD]
    }
    if (more := len(places_in_order) - MOST_TOLD) > 0:
        told["file"] = ValidationError(_("And %(more)s more places.") % {"more": more}, code="more")
    return told
