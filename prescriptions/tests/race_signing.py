"""The processes of test_sign_at_once: they plant drafts, sign the same ones at once, and look at what became of them.

Run as `python -m prescriptions.tests.race_signing --number 6 --kills 3 --seed 1`; prints one JSON value.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from multiprocessing import get_context
from random import Random
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from django.db.models import QuerySet  # noqa: E402 Django has to be ready

from accounts.models import Department, Site, User  # noqa: E402
from accounts.proof import Proof  # noqa: E402
from accounts.roles import Role  # noqa: E402
from audit.models import Entry  # noqa: E402
from doctors.tests.make import make_doctor  # noqa: E402
from hospital import clock  # noqa: E402
from hospital.errors import Refusal  # noqa: E402
from patients.models import Patient  # noqa: E402
from patients.services import record_death  # noqa: E402
from patients.tests.make import make_patient  # noqa: E402
from prescriptions.models import Prescription, PrescriptionLine  # noqa: E402
from prescriptions.services import (  # noqa: E402
    begin_prescription,
    countersign_prescription,
    decline_prescription,
    sign_prescription,
)
from prescriptions.tests.make_prescriptions import make_line  # noqa: E402
from prescriptions.tests.make_signing import AMOXICILLIN, all_overridden, allergic  # noqa: E402

FORK = get_context("fork")
DOCTORS = ("dora", "dov", "dina")
LINES = 2
LONGEST = 0.4  # seconds from the first signature to the kill
RACES = {  # what, and who does what to it at once
    "naive": (("sign-naively", "dora"), ("sign-naively", "dov"), ("sign-naively", "dina")),
    "drafts": (("sign", "dora"), ("sign", "dora"), ("sign", "dov"), ("sign-stale", "dina")),
    "waiting": (("agree", "dov"), ("agree", "dina"), ("send-back", "dora")),
    "dying": (("sign", "dora"), ("die", "adam")),
}


def who(name: str) -> User:
    found: User = User.objects.get(email=f"{name}@example.org")
    return found


def proof_of(user: User) -> Proof:
    return Proof(user.pk, clock.now())


def plant(number: int) -> dict[str, list[str]]:
    """Drafts to sign, some that wait for a second signature, some of patients who are about to die."""
    department = Department(site=Site.objects.get(), name="Ward", code="W").add()
    for name in DOCTORS:
        user = User.objects.create_user(f"{name}@example.org", None, full_name=name.title(), role=Role.DOCTOR)
        make_doctor(user=user, department=department)
    User.objects.create_user("adam@example.org", None, full_name="Adam", role=Role.ADMINISTRATOR)
    dora = who("dora")
    allergic_one = make_patient(family_name="Allergic")
    allergic(allergic_one, by=dora)
    return {
        "drafts": _drafts(number, dora),
        "naive": _drafts(number, dora),
        "dying": _drafts(number, dora),
        "killed": _drafts(number * 3, dora),
        "waiting": [_waiting(allergic_one, dora) for _ in range(number)],
    }


def _drafts(number: int, by: User) -> list[str]:
    """Each of a patient of its own: what one takes already would be a finding of the next."""
    lines = make_line(), make_line("Metformin 500 mg tablet")
    patients = [make_patient(family_name=f"Draft {one}") for one in range(number)]
    return [str(begin_prescription(patient, lines=lines, by=by).pk) for patient in patients]


def _waiting(patient: Patient, by: User) -> str:
    draft = begin_prescription(patient, lines=[AMOXICILLIN], by=by)
    signed = sign_prescription(
        draft, proof=proof_of(by), seen_version=None, overrides=all_overridden(draft), by=by
    )
    return str(signed.pk)


# ── What one process does to one prescription ────────────────────────────────


def sign(prescription: Prescription, by: User) -> None:
    seen = {one["key"] for one in prescription.safety["findings"]}
    sign_prescription(prescription, proof=proof_of(by), seen_version=prescription.version, seen=seen, by=by)


def sign_stale(prescription: Prescription, by: User) -> None:
    sign_prescription(prescription, proof=proof_of(by), seen_version=prescription.version + 1, by=by)


def sign_naively(prescription: Prescription, by: User) -> None:
    """What is seen in other systems: look whether it is a draft, then write."""
    if not prescription.is_draft:
        raise Refusal("Signed already.")
    prescription.signed_by, prescription.signed_at = by, clock.now()
    seal = prescription.seal()
    QuerySet(Prescription).filter(pk=prescription.pk).update(
        status="signed", signed_by=by, signed_at=prescription.signed_at, content_hash=seal
    )


def agree(prescription: Prescription, by: User) -> None:
    countersign_prescription(prescription, proof=proof_of(by), seen_version=prescription.version, by=by)


def send_back(prescription: Prescription, by: User) -> None:
    decline_prescription(prescription, reason="Race", seen_version=prescription.version, by=by)


def die(prescription: Prescription, by: User) -> None:
    record_death(prescription.patient, died_on=date(2020, 1, 1), by=by)


ACTS: dict[str, Callable[[Prescription, User], None]] = {
    "sign": sign,
    "sign-stale": sign_stale,
    "sign-naively": sign_naively,
    "agree": agree,
    "send-back": send_back,
    "die": die,
}


def outcome(act: Callable[[Prescription, User], None], pk: str, by: User) -> str:
    try:
        act(Prescription.objects.select_related("patient").get(pk=pk), by)
    except Refusal as refusal:
        return refusal.code
    return "done"


# ── Processes: each has its own connections, this one has none ───────────────


def apart(call: Callable[..., Any], *args: Any) -> Any:
    """What a call answers in a process of its own."""
    here, there = FORK.Pipe()
    process = FORK.Process(target=lambda: there.send(call(*args)))
    process.start()
    there.close()
    answer = here.recv()
    process.join()
    return answer


def at_once(prescriptions: list[str], *pairs: tuple[str, str]) -> list[list[str]]:
    """What each was told about each prescription. All of them come to each prescription at the same instant."""
    gate = FORK.Barrier(len(pairs))

    def work(act: str, name: str) -> list[str]:
        by, told = who(name), []
        for pk in prescriptions:
            gate.wait(timeout=60)
            told.append(outcome(ACTS[act], pk, by))
        return told

    with ThreadPoolExecutor(len(pairs)) as pool:
        return list(pool.map(lambda pair: list(apart(work, *pair)), pairs))


def killed(prescriptions: list[str], after: float) -> bool:
    """Kill -9 somebody who signs one after another; whether there was still something to sign."""
    here, there = FORK.Pipe()

    def work() -> None:
        by = who("dora")
        there.send("begun")
        for pk in prescriptions:
            outcome(sign, pk, by)

    process = FORK.Process(target=work)
    process.start()
    here.recv()
    process.join(after)
    was_busy = process.is_alive()
    process.kill()
    process.join()
    return was_busy


def all_signed(prescriptions: list[str]) -> None:
    for pk in prescriptions:
        outcome(sign, pk, who("dora"))


def look(prescriptions: list[str]) -> list[dict[str, Any]]:
    """What is there of each, and whether its parts agree."""
    return [_seen(Prescription.objects.get(pk=pk)) for pk in prescriptions]


def _seen(prescription: Prescription) -> dict[str, Any]:
    rows = list(PrescriptionLine.objects.filter(prescription_id=prescription.pk))
    done = Entry.objects.filter(subject_id=prescription.pk, outcome=Entry.Outcome.DONE)
    return {
        "status": prescription.status,
        "lines": len(rows),
        "whole": prescription.is_intact and prescription.agrees_with(rows),
        "signed": done.filter(verb="prescriptions.sign_prescription").count(),
        "agreed": done.filter(verb="prescriptions.countersign_prescription").count(),
        "version": prescription.version,
    }


def race(number: int, kills: int, seed: int) -> dict[str, Any]:
    """Everything, one after the other: what was told, and what was there then."""
    planted = apart(plant, number)
    told = {what: at_once(planted[what], *pairs) for what, pairs in RACES.items()}
    random, rounds = Random(seed), []
    for _ in range(kills):
        was_busy = killed(planted["killed"], random.uniform(0, LONGEST))
        rounds.append({"was_busy": was_busy, "seen": apart(look, planted["killed"])})
    apart(all_signed, planted["killed"])
    return {
        "told": told,
        "seen": {what: apart(look, planted[what]) for what in (*RACES, "killed")},
        "rounds": rounds,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("number", "kills", "seed"):
        parser.add_argument(f"--{name}", type=int)
    json.dump(race(**vars(parser.parse_args())), sys.stdout)


if __name__ == "__main__":
    main()
