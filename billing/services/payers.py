"""Who pays besides the patient: insurers and other payers, and the policies of patients."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.acting import note as write_down
from accounts.acting import service
from accounts.models import User
from billing.models import Payer, Policy
from billing.services.shared import added, amount_of, as_it_is
from hospital.errors import Refusal
from hospital.money import NOTHING
from patients.models import Patient

KEEP_PAYERS = "billing.keep_payers"


@service(KEEP_PAYERS)
def add_payer(*, code: str, name: str, address: str = "", by: User) -> Payer:
    """Add an insurer or another payer. ValidationError of `code` where it is taken."""
    payer = Payer(code=code, name=name, address=address)
    payer.check_row()
    there = Payer.objects.filter(code=payer.code)
    made: Payer = added(payer, there.exists, "code", _("There is a payer with this code already."))
    return made


@service(KEEP_PAYERS)
def edit_payer(payer: Payer, *, seen_version: int | None = None, by: User, **changes: Any) -> Payer:
    """Change `name` or `address`. The code stays: others refer to it."""
    if unknown := sorted(set(changes) - {"name", "address"}):
        raise ValidationError(dict.fromkeys(unknown, _("This cannot be changed.")))
    write_down(fields=sorted(changes))
    changed: Payer = payer.change(seen_version=seen_version, **changes)
    return changed


@service(KEEP_PAYERS)
def deactivate_payer(payer: Payer, *, seen_version: int | None = None, by: User) -> Payer:
    """Write no more policies of this payer. Those that there are hold until they end; what is owed stays owed."""
    write_down(is_active=False)
    changed: Payer = payer.change(seen_version=seen_version, is_active=False)
    return changed


@service(KEEP_PAYERS)
def reactivate_payer(payer: Payer, *, seen_version: int | None = None, by: User) -> Payer:
    """Write policies of this payer again."""
    write_down(is_active=True)
    changed: Payer = payer.change(seen_version=seen_version, is_active=True)
    return changed


@service(KEEP_PAYERS)
def add_policy(
    patient: Patient,
    *,
    payer: Payer,
    number: str,
    coverage_percent: Decimal,
    valid_from: date,
    co_payment_amount: Decimal = NOTHING,
    limit_amount: Decimal | None = None,
    valid_until: date | None = None,
    by: User,
) -> Policy:
    """Write down what a payer has agreed to pay for a patient. Refused with `payer_inactive`."""
    if not payer.is_active:
        raise Refusal(_("This payer pays for nobody new."), code="payer_inactive", field="payer")
    limit = None if limit_amount is None else amount_of(limit_amount, "limit_amount", above_zero=False)
    made: Policy = Policy(
        patient=patient,
        payer=payer,
        number=number,
        coverage_percent=coverage_percent,
        co_payment_amount=amount_of(co_payment_amount, "co_payment_amount", above_zero=False),
        limit_amount=limit,
        valid_from=valid_from,
        valid_until=valid_until,
    ).add()
    return made


@service(KEEP_PAYERS)
def end_policy(policy: Policy, *, valid_until: date, seen_version: int | None = None, by: User) -> Policy:
    """Say until when a policy covers. Invoices that are issued stay as they are."""
    current: Policy = as_it_is(policy, seen_version)
    ended: Policy = current.change(valid_until=valid_until)
    return ended
