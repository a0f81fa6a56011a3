"""One of the processes that dispense at once: `python -m prescriptions.tests.race_pharmacy ACT …`; prints JSON."""

import argparse
import json
import os
import signal
import sys
import time
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hospital.settings")
django.setup()

from django.db.models import QuerySet  # noqa: E402 Django has to be ready

from accounts import places  # noqa: E402
from accounts.models import Site, User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from hospital.errors import Refusal  # noqa: E402
from patients.tests.make import make_patient  # noqa: E402
from prescriptions.models import Dispensing, Prescription, PrescriptionLine, Stock  # noqa: E402
from prescriptions.services import (  # noqa: E402
    Item,
    dispense_prescription,
    return_dispensing,
    stop_prescription,
)
from prescriptions.signals import prescription_dispensed  # noqa: E402
from prescriptions.tests.make import make_product  # noqa: E402
from prescriptions.tests.make_stock import (  # noqa: E402
    a_line,
    apothecary,
    disagreements,
    make_stock,
    signed,
)

QUANTITY, IN_STOCK = 20, 50
RACES = ("lines", "scarce", "stopped", "naive")
DOCTOR = "stops@example.org"


def plant(number: int, kills: int) -> dict[str, Any]:
    """For each of the races so many prescriptions, of what is plenty or of what is scarce.

    Who is to be killed works alone on rows of its own: MongoDB holds those of a transaction whose client has
    died for up to a minute.
    """
    places.forget()
    User.objects.create_user(DOCTOR, None, full_name="Dora Dietz", role=Role.DOCTOR)
    patient = make_patient()
    plenty, scarce = make_product(), make_product("Paracetamol 500 mg tablet")
    make_stock(plenty, 100_000)
    make_stock(scarce, IN_STOCK)

    def some(product: Any, whose: Any = patient) -> list[str]:
        return [str(signed(a_line(product, QUANTITY), patient=whose).pk) for _ in range(number)]

    planted = {name: some(scarce if name == "scarce" else plenty) for name in RACES}
    for kill in range(kills):
        product = make_product(f"Ibuprofen {1001 + kill} mg tablet")
        make_stock(product, 100_000)
        planted[f"killed {kill}"] = some(product, make_patient(family_name=f"Patient {kill}"))
    return planted


def meet(asked: Any) -> None:
    """Wait until all processes are here, so that they begin together."""
    (asked.ready / f"{asked.act}-{asked.worker}").touch()
    while len(list(asked.ready.glob(f"{asked.act}-*"))) < asked.workers:
        time.sleep(0.005)


def outcome(act: Any) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return "done"


def hand_out(pk: str, quantity: int, *, seen_version: int | None = None) -> None:
    prescription = Prescription.objects.get(pk=UUID(pk))
    line = prescription.medicines.get()
    items = [Item(line.pk, Decimal(quantity))]
    dispense_prescription(
        prescription, items=items, site=Site.objects.get(), seen_version=seen_version, by=apothecary()
    )


def naive(pk: str, quantity: int) -> None:
    """Looks first and writes afterwards."""
    line = PrescriptionLine.objects.get(prescription_id=UUID(pk))
    stock = Stock.objects.get(product=line.product)
    if line.to_dispense < quantity or stock.on_hand < quantity:
        raise Refusal("Too much", code="more_than_left")
    QuerySet(PrescriptionLine).filter(pk=line.pk).update(dispensed=line.dispensed + quantity)
    QuerySet(Stock).filter(pk=stock.pk).update(on_hand=stock.on_hand - quantity)
    Dispensing(
        patient_id=line.patient_id,
        recorded_by=apothecary(),
        prescription_id=line.prescription_id,
        line=line,
        product_id=line.product_id,
        medicine=line.medicine,
        quantity=Decimal(quantity),
        site=Site.objects.get(),
    ).add()


def compete(asked: Any) -> dict[str, Any]:
    """Each asks twice for seven of twenty, and for what is scarce; and half of them stop what the others hand out."""
    apothecary()
    meet(asked)
    if asked.act == "naive":
        for pk in asked.planted["naive"]:
            outcome(lambda pk=pk: naive(pk, QUANTITY))
        return {}
    told = Counter(outcome(lambda pk=pk: hand_out(pk, 7)) for pk in asked.planted["lines"] for _ in range(2))
    scarce = Counter(outcome(lambda pk=pk: hand_out(pk, QUANTITY)) for pk in asked.planted["scarce"])
    return {
        "lines": told,
        "scarce": scarce,
        "stopped": [stop_or_dispense(asked, pk) for pk in asked.planted["stopped"]],
    }


def stop_or_dispense(asked: Any, pk: str) -> str:
    """Half of them stop what the others hand out; all have seen it as it was signed."""
    if asked.worker % 2:
        return outcome(lambda: hand_out(pk, QUANTITY, seen_version=1))
    by = User.objects.get(email=DOCTOR)
    prescription = Prescription.objects.get(pk=UUID(pk))
    return outcome(lambda: stop_prescription(prescription, because="error", seen_version=1, by=by))


def work(asked: Any) -> dict[str, Any]:
    """Hand out and take back until somebody kills this process; with `--die` it does so itself, in the middle."""
    acts = 0

    def die(**_: Any) -> None:
        nonlocal acts
        acts += 1
        if acts == asked.die:
            os.kill(os.getpid(), signal.SIGKILL)

    prescription_dispensed.connect(die)
    by = apothecary()
    while True:
        for pk in asked.planted[f"killed {asked.kill}"]:
            hand_out(pk, 1)
            (asked.ready / "working").touch()
            if acts % 3 == 0:
                return_dispensing(
                    Dispensing.objects.filter(prescription_id=UUID(pk)).order_by("-id")[0],
                    reason="Wrong box",
                    by=by,
                )


def look(planted: dict[str, Any]) -> dict[str, Any]:
    """What is there in the end."""

    def rows(name: str) -> list[Prescription]:
        return list(Prescription.objects.filter(pk__in=[UUID(pk) for pk in planted[name]]))

    lines = PrescriptionLine.objects.filter(prescription_id__in=[UUID(pk) for pk in planted["stopped"]])
    given = Counter(
        str(one.prescription_id) for one in Dispensing.objects.standing() for _ in range(int(one.quantity))
    )
    return {
        "disagreements": disagreements(),
        "scarce left": float(Stock.objects.order_by("on_hand")[0].on_hand),
        "most of a line": max(given.values(), default=0),
        "stopped": sorted(
            {
                (one.status, sum(int(line.dispensed) for line in lines if line.prescription_id == one.pk))
                for one in rows("stopped")
            }
        ),
        "intact": all(one.is_intact for name in planted for one in rows(name)),
        "dispensings": Dispensing.objects.count(),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=["plant", "compete", "naive", "work", "look"])
    parser.add_argument("--number", type=int, default=4)
    parser.add_argument("--planted", type=json.loads, default={})
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--ready", type=Path)
    parser.add_argument("--die", type=int, default=0)
    parser.add_argument("--kill", type=int, default=0)
    parser.add_argument("--kills", type=int, default=0)
    asked = parser.parse_args()
    acts = {
        "plant": lambda: plant(asked.number, asked.kills),
        "compete": lambda: compete(asked),
        "naive": lambda: compete(asked),
        "work": lambda: work(asked),
        "look": lambda: look(asked.planted),
    }
    json.dump(acts[asked.act](), sys.stdout)


if __name__ == "__main__":
    main()
