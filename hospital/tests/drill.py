"""The people of the drill: they fill a hospital, work while it is backed up, and look at what came back.

Run as `python -m hospital.tests.drill ACT …`; prints one JSON value.
"""

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402 Django has to be ready
from django.test import Client  # noqa: E402

from accounts.models import ApiSession, User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from accounts.services import open_api_session  # noqa: E402
from billing.models import Invoice  # noqa: E402
from billing.services import Part, pay_invoice  # noqa: E402
from billing.tests.make import item, make_issued  # noqa: E402
from hospital.backup import making  # noqa: E402
from notifications.models import Heartbeat, Message  # noqa: E402
from patients import files  # noqa: E402
from patients.files import store  # noqa: E402
from patients.models import Document, Patient  # noqa: E402
from patients.services import declare_care  # noqa: E402
from patients.services.documents import upload_document  # noqa: E402
from patients.tests.make import make_patient  # noqa: E402
from patients.tests.make_notes import make_signed  # noqa: E402

CARL, DORA, PASSWORD = "carl@example.org", "dora@example.org", "correct-horse-battery"


def prepare() -> dict[str, Any]:
    """A cashier, a doctor who is logged in, and a patient with a signed note, a paid bill and a letter."""
    User.objects.create_user(CARL, None, full_name="Carl Conti", role=Role.CASHIER)
    dora = User.objects.create_user(DORA, PASSWORD, full_name="Dora Dietz", role=Role.DOCTOR)
    open_api_session(dora, client="drill", by=dora)
    amara = serve("first")
    make_signed(amara, by=dora)
    return {"patient": str(amara.pk), "document": str(Document.objects.get().pk)}


def serve(word: str) -> Patient:
    """One patient: registered, treated, billed, paid, and with a letter of the own."""
    carl, dora = User.objects.get(email=CARL), User.objects.get(email=DORA)
    patient = make_patient(given_name=word.capitalize())
    pay_invoice(make_issued(patient, item(100), by=carl), parts=[Part("cash", 100)], by=carl)  # type: ignore[arg-type]
    declare_care(patient, reason="Ward round", by=dora)
    letter = SimpleUploadedFile(f"{word}.txt", f"A letter about {word}.".encode(), "text/plain")
    upload_document(patient, file=files.let_in(letter), by=dora)
    return patient


def work(signs: Path, worker: int) -> dict[str, int]:
    """Serve one after the other until a sign says that it is enough."""
    done = 0
    while not (signs / "enough").exists():
        serve(f"worker{worker} {done}")
        done += 1
        (signs / f"at-work-{worker}").touch()
    return {"served": done}


def look(patient: str, document: str) -> dict[str, Any]:
    """Log in over HTTP and open what was there; count what belongs together."""
    client = Client(headers={"host": "localhost"})
    typed = {"email": DORA, "password": PASSWORD}
    token = client.post("/api/v1/auth/login", typed, "application/json").json().get("access", "none")
    record = client.get(f"/api/v1/patients/{patient}", headers={"authorization": f"Bearer {token}"})
    letter = Document.objects.get(pk=document)
    return {
        "record": record.status_code,
        "letter": store.path_of(letter.key).read_bytes().decode(),
        "rows": {model._meta.label: model._base_manager.count() for model in making.counted()},
        "issued": Invoice.objects.exclude(number="").count(),
        "letters_that_are_not_theirs": [
            str(one.pk) for one in Document.objects.all() if _hash_of(one) != one.sha256
        ],
        "restored_sessions": ApiSession.objects.filter(ended_because="restored").count(),
        "due": Message.objects.filter(status=Message.Status.DUE).count(),
        "backed_up": list(Heartbeat.objects.filter(name=making.BEAT).values_list("details__file", flat=True)),
    }


def _hash_of(document: Document) -> str:
    path = store.path_of(document.key)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "gone"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=("prepare", "work", "look"))
    parser.add_argument("--signs", type=Path)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--patient")
    parser.add_argument("--document")
    asked = parser.parse_args()
    if asked.act == "prepare":
        answer: Any = prepare()
    elif asked.act == "work":
        answer = work(asked.signs, asked.worker)
    else:
        answer = look(asked.patient, asked.document)
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
