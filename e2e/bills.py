"""Plants bills in each state, of which every text is a script: part of the cast."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from e2e.zone import ZONE


def plant_bills(patient: Any, *, by: Any, manager: Any, admin: Any) -> dict[str, str]:
    """A draft, invoices that are owed, paid in part and void, money on account, a refund that waits, a charge."""
    from billing import services  # noqa: PLC0415 the models have to wait for django.setup
    from billing.models import Invoice, Payment  # noqa: PLC0415
    from e2e.pages import EVIL  # noqa: PLC0415
    from hospital import clock  # noqa: PLC0415

    till = services.open_till(float_amount=Decimal(50), by=by)
    today = clock.today(ZONE)
    price = {"unit_amount": Decimal(40), "valid_from": today - timedelta(days=9), "by": admin}
    service = services.add_service(code="ZZEVIL", name=EVIL, tax_class="exempt", by=admin)
    services.set_price(service, **price)
    payer = services.add_payer(code="ZZEVIL", name=EVIL, by=admin)
    policy = services.add_policy(
        patient,
        payer=payer,
        number=EVIL[:60],
        coverage_percent=Decimal(50),
        valid_from=price["valid_from"],
        by=manager,
    )
    charge = services.add_charge(patient, service=service, by=by)
    line = services.Item(
        description=EVIL,
        quantity=Decimal(2),
        unit_amount=Decimal(300),
        discount=services.Discount(percent=Decimal(5), because=EVIL),
    )

    def drafted() -> Invoice:
        return services.draft_invoice(patient, items=[line], policy=policy, note=EVIL, by=by)

    draft, bill, part, void = drafted(), *(services.issue_invoice(drafted(), by=by) for _ in range(3))
    paid = [
        services.Part("cash", Decimal(150), Decimal(200)),
        services.Part("card", Decimal(20), None, EVIL[:60]),
    ]
    receipt = services.pay_invoice(part, parts=paid, by=by)
    services.void_invoice(void, reason=EVIL, by=manager)
    payment = Payment.objects.filter(receipt=receipt).order_by("-amount")[0]
    refund = services.request_refund(payment, amount=Decimal(120), reason=EVIL, by=by)
    approved = services.request_refund(payment, amount=Decimal(5), reason=EVIL, by=by)
    deposit = services.record_deposit(patient, parts=[services.Part("cash", Decimal(25))], by=by)
    approved = services.approve_refund(approved, by=manager)
    services.close_till(till, counted_amount=Decimal(1), because=EVIL, by=by)
    services.credit_invoice(part, reason=EVIL, by=manager)
    made = {
        "charge": charge,
        "payer": payer,
        "till": till,
        "policy": policy,
        "service": service,
        "draft_bill": draft,
        "bill": bill,
        "part_bill": part,
        "void_bill": void,
        "receipt": receipt,
        "deposit_receipt": deposit,
        "payment": payment,
        "refund": refund,
        "approved_refund": approved,
    }
    return {name: str(one.pk) for name, one in made.items()}


def plant_cashiers_day(born: Any, *, by: Any, admin: Any) -> None:
    """For each way of using a screen a patient of whom two things wait to be billed, longer than anything else."""
    from billing import services  # noqa: PLC0415 the models have to wait for django.setup
    from billing.models import Charge  # noqa: PLC0415
    from hospital import clock  # noqa: PLC0415
    from patients.services import register_patient  # noqa: PLC0415

    long_ago = clock.today(ZONE) - timedelta(days=200)
    offered = []
    for code, name, amount in (("DAY1", "Plaster cast", 140), ("DAY2", "Crutches", 120)):
        offered.append(services.add_service(code=code, name=name, tax_class="exempt", by=admin))
        services.set_price(offered[-1], unit_amount=Decimal(amount), valid_from=long_ago, by=admin)
    for variant in ("keyboard", "no script"):
        family_name = f"Till{variant.replace(' ', '')}"
        patient = register_patient(given_name="Ada", family_name=family_name, **born, by=by)
        for service in offered:
            charge = services.add_charge(patient, service=service, by=by)
            Charge.objects.filter(pk=charge.pk).update(done_on=long_ago)
