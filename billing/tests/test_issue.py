"""An issued invoice has a number without gaps, and never changes."""

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from accounts.once import Once, fingerprint
from audit.models import Entry
from billing.models import Invoice, InvoiceLine, LedgerEntry, TaxRate
from billing.services import Item, credit_invoice, draft_invoice, edit_invoice, issue_invoice
from billing.tests.conftest import code_of
from billing.tests.make import (
    item,
    make_draft,
    make_issued,
    make_policy,
    make_price,
    make_rates,
    make_service,
    off,
)
from doctors.tests.make import make_department
from hospital.errors import Refusal, Stale
from patients.models import Patient
from patients.tests.make import make_patient


def lines_of(invoice: Invoice) -> list[InvoiceLine]:
    return list(InvoiceLine.objects.filter(invoice_id=invoice.pk).in_order())


def test_numbers_follow_each_other_and_drafts_have_none(patient: Patient, carl: User) -> None:
    draft = make_draft(patient, by=carl)
    first: Any = make_issued(patient, by=carl)
    second = make_issued(patient, by=carl)
    year = first.issued_on.year
    assert (draft.number, first.number, second.number) == ("", f"NF-{year}-000001", f"NF-{year}-000002")
    assert first.due_on == date.fromordinal(first.issued_on.toordinal() + 14)
    noted = Entry.objects.filter(verb="billing.issue_invoice", subject_id=first.pk).get().details
    assert (noted["number"], noted["sha256"]) == (first.number, first.content_hash)


def test_what_was_issued_is_booked_and_sealed(patient: Patient, carl: User) -> None:
    make_rates()
    invoice = make_issued(patient, item(119, tax_class="standard"), by=carl)
    rows = {(row.debit, row.credit): row.amount for row in LedgerEntry.objects.of_invoice(invoice.pk)}
    assert rows == {("receivable_patient", "revenue"): 100, ("receivable_patient", "tax"): 19}
    kept = Invoice.objects.get(pk=invoice.pk)
    assert kept.is_intact(lines_of(kept))
    kept.note = "Something else"
    assert not kept.is_intact(lines_of(kept))


def test_nothing_of_it_can_be_written_anew(invoice: Invoice, carl: User) -> None:
    line = lines_of(invoice)[0]
    tries: list[Any] = [
        lambda: edit_invoice(invoice, items=[item(1)], seen_version=None, by=carl),
        lambda: issue_invoice(invoice, by=carl),
        lambda: Invoice.objects.filter(pk=invoice.pk).update(note="x"),
        lambda: InvoiceLine.objects.filter(pk=line.pk).update(unit_amount=Decimal(1)),
        invoice.save,
    ]
    assert [code_of(one) for one in tries] == ["invoice_issued"] * len(tries)
    assert code_of(Invoice.objects.all().delete) == code_of(invoice.delete) == "never_deleted"
    assert code_of(InvoiceLine.objects.filter(pk=line.pk).delete) == "invoice_issued"
    assert code_of(LedgerEntry.objects.all().delete) == "never_deleted"
    assert code_of(lambda: LedgerEntry.objects.update(amount=Decimal(1))) == "never_changed"


def test_sent_twice_it_is_issued_once(patient: Patient, carl: User) -> None:
    draft = make_draft(patient, by=carl)
    first = issue_invoice(draft, once=Once("key", fingerprint("body")), by=carl)
    again = issue_invoice(draft, once=Once("key", fingerprint("body")), by=carl)
    assert (again.pk, again.number) == (first.pk, first.number)
    assert Invoice.objects.exclude(number="").count() == 1


def test_a_tax_rate_that_changed_meanwhile_is_not_passed_over(patient: Patient, carl: User) -> None:
    make_rates()
    draft = make_draft(patient, item(100, tax_class="standard"), by=carl)
    TaxRate(tax_class="standard", percent=Decimal(20), valid_from=date(2020, 1, 2)).add()
    assert code_of(lambda: issue_invoice(draft, by=carl)) == "sums_changed"
    assert code_of(lambda: make_draft(patient, item(1, tax_class="standard"), by=carl)) == ""


def test_a_class_without_a_rate_is_refused(patient: Patient, carl: User) -> None:
    assert code_of(lambda: make_draft(patient, item(1, tax_class="reduced"), by=carl)) == "no_tax_rate"


def test_prices_with_and_without_tax(patient: Patient, carl: User, settings: Any) -> None:
    make_rates()
    within = make_draft(patient, item("0.99", 3, tax_class="reduced"), by=carl)
    assert (within.net_amount, within.tax_amount, within.total_amount) == (
        Decimal("2.78"),
        Decimal("0.19"),
        Decimal("2.97"),
    )
    settings.PRICES_INCLUDE_TAX = False
    on_top = make_draft(patient, item("0.99", 3, tax_class="reduced"), by=carl)
    assert (on_top.net_amount, on_top.tax_amount, on_top.total_amount) == (
        Decimal("2.97"),
        Decimal("0.21"),
        Decimal("3.18"),
    )


def test_the_nearest_price_is_taken(patient: Patient, carl: User) -> None:
    department, policy = make_department(), make_policy(patient)
    service = make_service("XR", price=10)
    make_price(service, 11, valid_from=date(2024, 1, 1))  # began later
    make_price(service, 99, valid_from=date(2999, 1, 1))  # not yet
    make_price(service, 12, department=department)
    make_price(service, 13, payer=policy.payer)

    def price(**where: Any) -> Any:
        draft = draft_invoice(patient, items=[Item(service=service)], by=carl, **where)
        return lines_of(draft)[0].unit_amount

    assert price() == 11
    assert price(department=department) == 12
    assert price(policy=policy) == price(policy=policy, department=department) == 13


def test_a_service_without_a_price_needs_one(patient: Patient, carl: User) -> None:
    line = Item(service=make_service("NOPE"))
    with pytest.raises(ValidationError, match="no price"):
        draft_invoice(patient, items=[line], by=carl)


# ── Discounts ───────────────────────────────────────────────────────────────


def test_a_receptionist_cannot_take_off_more_than_the_limit(patient: Patient, rita: User) -> None:
    assert make_draft(patient, item(100), discount=off(5), by=rita).total_amount == 95
    for wrong in (off(6), off(0, "5.01")):
        act = partial(make_draft, patient, item(100), discount=wrong, by=rita)
        assert code_of(act) == "discount_limit"
    too_much = item(100, discount=off(6))
    assert code_of(lambda: make_draft(patient, too_much, by=rita)) == "discount_limit"
    both = [item(100, discount=off(4))]
    assert code_of(lambda: make_draft(patient, *both, discount=off(4), by=rita)) == "discount_limit"


def test_a_price_below_the_list_is_a_discount_too(patient: Patient, rita: User) -> None:
    service = make_service("XR", price=100)
    cheap = item(50, service=service)
    assert code_of(lambda: make_draft(patient, cheap, by=rita)) == "discount_limit"
    assert make_draft(patient, item(96, service=service), by=rita).total_amount == 96


def test_what_the_manager_gave_stays_when_somebody_else_edits(
    patient: Patient, mona: User, rita: User
) -> None:
    draft = make_draft(patient, item(100), discount=off(0, 40), by=mona)
    kept = edit_invoice(
        draft, items=[item(100), item(50)], discount=off(0, 40), seen_version=draft.version, by=rita
    )
    assert kept.total_amount == 110
    more: dict[str, Any] = {"items": [item(150)], "discount": off(0, 41), "seen_version": None, "by": rita}
    assert code_of(lambda: edit_invoice(draft, **more)) == "discount_limit"


def test_a_discount_needs_a_reason_and_stays_within_the_invoice(patient: Patient, adam: User) -> None:
    for wrong in (off(5, because=""), off(0, 101), off(0, -1)):
        with pytest.raises(ValidationError):
            make_draft(patient, item(100), discount=wrong, by=adam)
    free: Any = make_issued(patient, item(100), discount=off(100), by=adam)
    assert (free.total_amount, free.status) == (0, Invoice.Status.PAID)


# ── Who, and when ───────────────────────────────────────────────────────────


def test_the_slower_of_two_who_edit_is_told(patient: Patient, carl: User) -> None:
    draft = make_draft(patient, by=carl)
    edit_invoice(draft, items=[item(1)], seen_version=1, by=carl)
    with pytest.raises(Stale):
        edit_invoice(draft, items=[item(2)], seen_version=1, by=carl)
    with pytest.raises(Stale):
        issue_invoice(draft, seen_version=1, by=carl)


@pytest.mark.parametrize("who", ["dora", "nora", "pia", "ivo", "una"])
def test_those_who_do_not_take_money_issue_nothing(
    who: str, request: pytest.FixtureRequest, patient: Patient, carl: User
) -> None:
    draft = make_draft(patient, by=carl)
    with pytest.raises(PermissionDenied):
        issue_invoice(draft, by=request.getfixturevalue(who))
    assert Invoice.objects.visible_to(request.getfixturevalue(who)).count() == 0


def test_a_policy_of_somebody_else_is_not_found(patient: Patient, carl: User) -> None:
    policy = make_policy(make_patient(given_name="Bea"))
    with pytest.raises(Refusal) as refused:
        make_draft(patient, policy=policy, by=carl)
    assert (refused.value.code, refused.value.status) == ("not_of_this", 404)


def test_the_payer_pays_its_share_up_to_the_limit(patient: Patient, carl: User, mona: User) -> None:
    policy = make_policy(patient, 80, co_payment_amount=Decimal(10), limit_amount=Decimal(100))
    first: Any = make_issued(patient, item(110), policy=policy, by=carl)
    assert (first.patient_amount, first.insurer_amount) == (30, 80)
    second: Any = make_draft(patient, item(110), policy=policy, by=carl)
    third = make_draft(patient, item(110), policy=policy, by=carl)
    assert second.insurer_amount == issue_invoice(second, by=carl).insurer_due_amount == 20
    assert code_of(lambda: issue_invoice(third, by=carl)) == "sums_changed"
    credit_invoice(first, reason="Wrong", by=mona)
    policy.refresh_from_db()
    assert policy.used_amount == 20
