"""Plants prescriptions, a pharmacy and figures of prescribing whose every word is a script: part of the cast."""

from datetime import timedelta
from typing import Any


def plant_prescriptions(patient: Any, doctor: Any, *, by: Any) -> dict[str, str]:
    """Prescriptions of what is a script and of what is in the catalogue: a draft, a signed one, one stopped, one discarded."""
    from dataclasses import replace  # noqa: PLC0415

    from e2e.pages import EVIL  # noqa: PLC0415
    from prescriptions import services  # noqa: PLC0415
    from prescriptions.dosage import written  # noqa: PLC0415
    from prescriptions.models import Product  # noqa: PLC0415
    from prescriptions.papers import signs_of  # noqa: PLC0415
    from prescriptions.tests.make_prescriptions import make_line, make_signed  # noqa: PLC0415

    products = [Product.objects.get(key=key) for key in ("ibuprofen-400-mg-tablet", "warfarin-5-mg-tablet")]
    known = [written(one.prescribable, dose="1", frequency="bd", days="7") for one in products]
    evil = make_line(EVIL, note=EVIL, as_needed=True, as_needed_for=EVIL)
    lines = [*known, replace(evil, text="")]
    words: Any = {"indication": EVIL, "note": EVIL}
    draft, discarded = (
        services.begin_prescription(patient, lines=lines, by=by, **words) for _number in range(2)
    )
    services.discard_prescription(discarded, reason=EVIL, by=by)
    signed, stopped = (
        make_signed(patient, doctor, *lines, by=by, safety=draft.safety, **words) for _number in range(2)
    )
    services.stop_prescription(stopped, because="ended", note=EVIL, by=by)
    services.keep_favourite(known[0], name=EVIL, by=by)
    made = {"draft": draft, "signed": signed, "stopped": stopped, "discarded": discarded}
    made["waiting"] = _waits_for_a_second_signature(patient, evil=EVIL, by=by)
    signs = {f"{name}_signs": f"{one.code}/{signs_of(one)}" for name, one in made.items() if one.is_signed}
    return signs | {f"{name}_medicine": str(one.pk) for name, one in made.items()}


def _waits_for_a_second_signature(patient: Any, *, evil: str, by: Any) -> Any:
    """Two medicines that must not be taken together, signed over each finding with a reason that is a script."""
    from prescriptions import services  # noqa: PLC0415
    from prescriptions.tests.make_prescriptions import make_line  # noqa: PLC0415
    from prescriptions.tests.make_signing import all_overridden, sign  # noqa: PLC0415

    lines = [make_line("Moclobemide 150 mg tablet"), make_line("Sertraline 50 mg tablet")]
    draft = services.begin_prescription(patient, lines=lines, by=by)
    overrides = all_overridden(draft, services.Override("other", evil))
    waiting = sign(draft, overrides=overrides, by=by)
    assert waiting.status == "awaiting"
    return waiting


def plant_pharmacy(patient: Any, doctor: Any, *, admin: Any) -> dict[str, str]:
    """A product, prescriptions and a stock whose every word is a script; one of each fate at the counter."""
    from decimal import Decimal  # noqa: PLC0415

    from accounts import places  # noqa: PLC0415
    from accounts.models import User  # noqa: PLC0415
    from e2e.pages import EVIL  # noqa: PLC0415
    from prescriptions import services  # noqa: PLC0415
    from prescriptions.models import Dispensing  # noqa: PLC0415
    from prescriptions.tests.make_prescriptions import make_line, make_signed  # noqa: PLC0415

    pharmacist = User.objects.get(email="pharmacy@example.org")
    services.add_substance(key="zz-evil", name=f"Zz {EVIL}", by=admin)
    product = services.add_product(
        key="zz-evil-1", name=f"Zz {EVIL}", ingredients="zz-evil:5 mg", form="tablet", route="oral", by=admin
    )
    stock = services.receive_stock(
        product,
        site=places.department(doctor.department_id).site,
        quantity=Decimal(60),
        because=EVIL,
        batch=EVIL[:60],
        by=pharmacist,
    )
    services.set_reorder_level(stock, reorder_at=Decimal(100), by=pharmacist)
    finding = {"rule": "x", "check": "x", "severity": "contraindicated", "medicines": [EVIL], "text": EVIL}
    safety = {
        "findings": [finding | {"key": "x", "source": EVIL, "second": False}],
        "not_screened": [{"medicine": EVIL, "why": EVIL}],
    }
    answers = [{"key": "x", "rule": "x", "because": "other", "reason": EVIL, "second": False}]
    facts: Any = {"note": EVIL, "indication": EVIL, "safety": safety, "overrides": answers}
    lines = (make_line(product, text=EVIL, note=EVIL), make_line(EVIL, quantity=Decimal(2)))
    waiting, partly, done, stopped = (make_signed(patient, doctor, *lines, **facts) for _ in range(4))

    def hand_out(prescription: Any, *quantities: int) -> Any:
        rows = prescription.medicines.in_order()
        items = [
            services.Item(row.pk, Decimal(quantity), batch=EVIL[:60])
            for row, quantity in zip(rows, quantities, strict=False)
        ]
        services.dispense_prescription(prescription, items=items, site=stock.site, by=pharmacist)
        return Dispensing.objects.filter(prescription=prescription).order_by("-id")[0]

    back = hand_out(partly, 1)
    services.return_dispensing(back, reason=EVIL, by=pharmacist)
    given = hand_out(partly, 3)
    hand_out(done, 14, 2)
    services.stop_prescription(stopped, because="other", note=EVIL, by=doctor.user)
    return {
        "to_dispense": str(waiting.pk),
        "dispensed": str(done.pk),
        "stopped_prescription": str(stopped.pk),
        "dispensing": str(given.pk),
        "returned": str(back.pk),
        "stock": str(stock.pk),
        "product": str(product.pk),
    }


def plant_figures(patient: Any, doctor: Any) -> dict[str, str]:
    """Enough that was signed, with warnings, for the figures of prescribing to have something to draw."""
    from e2e.pages import EVIL  # noqa: PLC0415 the models have to wait for django.setup
    from hospital import clock  # noqa: PLC0415
    from patients.models import Patient  # noqa: PLC0415
    from prescriptions.models import Product, Warned  # noqa: PLC0415
    from prescriptions.tests.make_prescriptions import make_line, make_signed  # noqa: PLC0415

    others = Patient.objects.exclude(pk=patient.pk).order_by("id")[:7]
    products = list(Product.objects.filter(name__contains="oxicillin").order_by("key")[:2])
    for number, one in enumerate(others):
        lines = [make_line(product) for product in products]
        at = clock.now() - timedelta(days=9 * number)
        signed = make_signed(one, doctor, *lines, make_line(EVIL), signed_at=at)
        Warned(
            prescription=signed,
            doctor=doctor,
            department_id=doctor.department_id,
            key="planted",
            rule="maoi-ssri",
            check_name="interactions",
            severity="contraindicated",
            medicines=[EVIL],
            text=EVIL,
            outcome="overridden" if number % 2 else "heeded",
            because="benefit" if number % 2 else "",
            decided_on=at.date(),
        ).add()
    return {}
