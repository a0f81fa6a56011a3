"""The processes of test_alerts_at_once: they keep the same findings at the same time.

Run as `python -m assistant.tests.race_alerts ACT …`; prints one JSON value.
"""

import json
import os
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from assistant.anomalies import Finding, Kind, Severity  # noqa: E402 Django has to be ready
from assistant.models import AnomalyAlert  # noqa: E402
from assistant.services.alerts import Found  # noqa: E402
from assistant.watching import sweeping  # noqa: E402
from hospital.models import uuid7  # noqa: E402
from patients.tests.make import make_patient  # noqa: E402

FINDINGS, AT_A_TIME = 40, 10


def found(patient: str, *, naive: bool) -> list[Found]:
    """The same for all; naively each with a key of its own, as it is where nothing is unique."""
    return [
        Found(
            Finding(Kind.FAR_FROM_OWN, Severity.LOOK, number / FINDINGS, {}),
            f"race:{number}:{os.getpid()}" if naive else f"race:{number}",
            "patients.labresult",
            uuid7(),
            patient_id=UUID(patient),
        )
        for number in range(FINDINGS)
    ]


def keep(patient: str, ready: str, everybody: str, *, naive: bool) -> int:
    """How many this process has kept, beginning when all stand ready."""
    Path(ready, str(os.getpid())).touch()
    while len(list(Path(ready).iterdir())) < int(everybody):
        time.sleep(0.005)
    some = found(patient, naive=naive)
    parts = [some[start : start + AT_A_TIME] for start in range(0, FINDINGS, AT_A_TIME)]
    return sum(sweeping.keep_once(part) for part in parts)


def main(act: str, *words: str) -> Any:
    if act == "prepare":
        return str(make_patient().pk)
    if act == "look":
        rows = AnomalyAlert.objects.all()
        return {"kept": rows.count(), "shown": rows.filter(is_shown=True).count()}
    return keep(*words, naive=act == "keep_naively")


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
