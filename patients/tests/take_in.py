"""One of the processes that take in files of results at once: `python -m patients.tests.take_in ACT …`; prints JSON."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from django.core.exceptions import ValidationError  # noqa: E402 Django has to be ready

from hospital.errors import Refusal  # noqa: E402
from patients.models import Chart, LabImport, LabResult, Patient, TimelineEntry  # noqa: E402
from patients.services import import_results  # noqa: E402
from patients.tests.make import make_patient  # noqa: E402
from patients.tests.make_results import a_day, file_of, interface, line, starter_set  # noqa: E402

LINES = 40


def plant(folder: Path) -> None:
    """A patient, a file with numbers of the laboratory, and the same results in another file."""
    starter_set()
    interface()
    patient = make_patient()
    lines = [
        line(
            patient, value=f"4.{number}", external_id=f"N{number}", taken_at=a_day(1 + number % 7).isoformat()
        )
        for number in range(LINES)
    ]
    (folder / "same.csv").write_bytes(file_of(*lines))
    (folder / "other.csv").write_bytes(file_of(*reversed(lines)))


def take_in(file: Path) -> str:
    try:
        return str(import_results(file.read_bytes(), laboratory="Nord", by=interface()).results)
    except Refusal as refusal:
        return refusal.code
    except ValidationError as error:
        return ",".join(sorted(error.message_dict))


def look() -> dict[str, Any]:
    """What became of it."""
    patient = Patient.objects.get()
    return {
        "files": LabImport.objects.count(),
        "results": LabResult.objects.count(),
        "numbers": len(set(LabResult.objects.values_list("external_id", flat=True))),
        "lines": TimelineEntry.objects.filter(kind="result").count(),
        "first page": len(Chart.of(patient.pk).results),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=["plant", "take", "look"])
    parser.add_argument("file", nargs="?", type=Path)
    asked = parser.parse_args()
    acts = {"plant": plant, "take": take_in}
    answer = look() if asked.act == "look" else acts[asked.act](asked.file)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
