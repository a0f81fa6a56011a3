"""What was dispensed waits to be billed by itself: each dispensing once, at its price, whatever is returned or missed."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Site, User
from audit.models import Entry
from billing.models import Charge, Service
from billing.services import (
    add_service,
    charge_missed_dispensings,
    credit_invoice,
    edit_service,
    invoice_charges,
    issue_invoice,
    uncharge_dispensing,
    void_invoice,
    waive_charge,
)
from billing.tasks import find_missed_charges
from billing.tests.conftest import code_of
from billing.tests.make import make_price, make_service
from hospital import clock
from patients.models import Patient
from prescriptions.models import Dispensing, Product
from prescriptions.services import return_dispensing
from prescriptions.tests.make import make_product
from prescriptions.tests.make_stock import a_line, handed_out, make_stock, signed

Status = Charge.Status


@pytest.fixture
def ibuprofen(site: Site) -> Product:
    product = make_product()
    make_stock(product, 50)
    return product


@pytest.fixture
def priced(ibuprofen: Product) -> Service:
    """Ibuprofen costs 0.25 a tablet."""
    return make_service("IBU", price="0.25", product_key=ibuprofen.key, tax_class="reduced")


def charge_of(dispensing: Dispensing) -> Charge:
    found: Charge = Charge.objects.get(source=f"dispensing:{dispensing.pk.hex}")
    return found


def test_each_dispensing_is_charged_at_its_price(
    patient: Patient, ibuprofen: Product, priced: Service
) -> None:
    prescription = signed(a_line(ibuprofen), patient=patient)

    first, second = handed_out(prescription, 8), handed_out(prescription, 12)

    assert Charge.objects.count() == 2
    charge = charge_of(first)
    assert charge.status == Status.UNBILLED
    assert (charge.quantity, charge.unit_amount) == (Decimal(8), Decimal("0.25"))
    assert (charge.service, charge.tax_class, charge.description) == (priced, "reduced", str(ibuprofen))
    assert (charge.patient_id, charge.department_id) == (patient.pk, prescription.department_id)
    assert charge.charged_by is not None
    assert charge_of(second).quantity == 12
    entry = Entry.objects.get(verb="billing.charge_dispensing", details={"charges": [str(charge.pk)]})
    assert entry.patient_id == patient.pk


def test_the_price_of_the_department_wins(patient: Patient, ibuprofen: Product, priced: Service) -> None:
    prescription = signed(a_line(ibuprofen), patient=patient)
    make_price(priced, "0.30", department=prescription.department)
    assert charge_of(handed_out(prescription, 1)).unit_amount == Decimal("0.30")


def test_what_has_no_price_waits_for_one(patient: Patient, ibuprofen: Product) -> None:
    prescription = signed(a_line(ibuprofen), a_line(), patient=patient)
    known, unknown = handed_out(prescription, 8), handed_out(prescription, 1, position=2)

    for one in (known, unknown):
        assert charge_of(one).status == Status.WAIVED
        assert charge_of(one).unit_amount == 0
        assert charge_of(one).waived_because == "This medicine has no price."
    assert set(Charge.objects.unpriced(clock.now().date() - timedelta(days=1))) == {
        charge_of(known),
        charge_of(unknown),
    }
    assert charge_missed_dispensings() == 0

    service = make_service("IBU", price="0.25", product_key=ibuprofen.key)

    assert charge_missed_dispensings() == 1
    charge = charge_of(known)
    assert (charge.status, charge.service, charge.unit_amount) == (Status.UNBILLED, service, Decimal("0.25"))
    assert charge.waived_because == ""
    assert list(Charge.objects.unpriced(clock.now().date() - timedelta(days=1))) == [charge_of(unknown)]
    assert charge_missed_dispensings() == 0


def test_the_desk_sees_what_has_no_price(
    patient: Patient, ibuprofen: Product, carl: User, client: Client
) -> None:
    client.force_login(carl)
    assert "no price" not in client.get(reverse("billing:unbilled")).content.decode()
    handed_out(signed(a_line(ibuprofen), patient=patient), 8)
    page = client.get(reverse("billing:unbilled")).content.decode()
    assert "One medicine was dispensed in the last seven days and has no price" in page
    assert str(ibuprofen) in page


def test_what_was_waived_by_somebody_stays_so(
    patient: Patient, ibuprofen: Product, priced: Service, mona: User
) -> None:
    given = handed_out(signed(a_line(ibuprofen), patient=patient), 8)
    waive_charge(charge_of(given), reason="Staff", by=mona)
    assert charge_missed_dispensings() == 0
    assert charge_of(given).status == Status.WAIVED


@pytest.mark.parametrize("has_price", [True, False])
def test_what_comes_back_is_not_charged(
    patient: Patient, ibuprofen: Product, pia: User, has_price: bool
) -> None:
    if has_price:
        make_service("IBU", price="0.25", product_key=ibuprofen.key)
    given = handed_out(signed(a_line(ibuprofen), patient=patient), 8)
    return_dispensing(given, reason="Wrong box", by=pia)
    assert charge_of(given).status == Status.WITHDRAWN
    assert charge_missed_dispensings() == 0
    assert uncharge_dispensing(given, by=pia) == charge_of(given)


def test_what_is_on_an_invoice_stays_there(
    patient: Patient, ibuprofen: Product, priced: Service, pia: User, carl: User
) -> None:
    edit_service(priced, tax_class="exempt", by=_keeper(carl))
    given = handed_out(signed(a_line(ibuprofen), patient=patient), 8)
    invoice = invoice_charges(patient, [charge_of(given)], by=carl)
    assert invoice.total_amount == 2
    return_dispensing(given, reason="Wrong box", by=pia)
    assert charge_of(given).status == Status.INVOICED
    assert charge_missed_dispensings() == 0
    assert [one.pk for one in Charge.objects.undone(clock.now() - timedelta(days=1))] == [charge_of(given).pk]


def test_what_came_back_and_is_credited_asks_for_nothing_more(
    patient: Patient, ibuprofen: Product, priced: Service, pia: User, carl: User
) -> None:
    keeper = _keeper(carl)
    edit_service(priced, tax_class="exempt", by=keeper)
    given = handed_out(signed(a_line(ibuprofen), patient=patient), 8)
    invoice = issue_invoice(invoice_charges(patient, [charge_of(given)], by=carl), by=carl)
    return_dispensing(given, reason="Wrong box", by=pia)
    credit_invoice(invoice, reason="Came back", by=keeper)
    assert charge_of(given).undone_at is None
    assert charge_missed_dispensings() == 0


@pytest.mark.parametrize("is_issued", [True, False])
def test_what_came_back_is_not_billed_again_when_its_invoice_is_void(
    patient: Patient, ibuprofen: Product, priced: Service, pia: User, carl: User, is_issued: bool
) -> None:
    edit_service(priced, tax_class="exempt", by=_keeper(carl))
    given = handed_out(signed(a_line(ibuprofen), patient=patient), 8)
    invoice = invoice_charges(patient, [charge_of(given)], by=carl)
    if is_issued:
        invoice = issue_invoice(invoice, by=carl)
    return_dispensing(given, reason="Wrong box", by=pia)
    void_invoice(invoice, reason="Came back", by=carl)
    assert charge_of(given).status == Status.WITHDRAWN


def test_it_is_said_on_the_invoice_and_at_the_desk(
    patient: Patient, ibuprofen: Product, priced: Service, pia: User, carl: User, client: Client
) -> None:
    keeper = _keeper(carl)
    edit_service(priced, tax_class="exempt", by=keeper)
    given = handed_out(signed(a_line(ibuprofen), patient=patient), 8)
    draft = invoice_charges(patient, [charge_of(given)], by=carl)
    return_dispensing(given, reason="Wrong box", by=pia)

    def said(address: str, by: User) -> str:
        client.force_login(by)
        return str(client.get(address).content.decode())

    bill = f"/billing/{draft.pk}/"
    assert f'{bill}edit/">Leave it out?' in said(bill, carl)
    issue_invoice(draft, by=carl)
    assert "Returned or undone after billing." in said(bill, carl)
    assert "Credit it?" not in said(bill, carl)
    assert f'{bill}credit/">Credit it?' in said(bill, keeper)
    assert "Undone after billing" in said("/billing/desk/", carl)
    assert f"{bill}credit/" in said("/billing/desk/", keeper)


def _keeper(carl: User) -> User:
    return User.objects.create_user("keeper@example.org", full_name="Kim Keeper", role="manager")


def test_the_sweep_finds_what_was_missed(
    patient: Patient, ibuprofen: Product, priced: Service, pia: User
) -> None:
    prescription = signed(a_line(ibuprofen), patient=patient)
    given, back = handed_out(prescription, 8), handed_out(prescription, 2)
    return_dispensing(back, reason="Wrong box", by=pia)
    _forget(given)
    Charge.objects.filter(source=charge_of(back).source).update(status=Status.UNBILLED)

    assert find_missed_charges() == 2

    assert (charge_of(given).status, charge_of(given).charged_by) == (Status.UNBILLED, None)
    assert charge_of(back).status == Status.WITHDRAWN
    assert Entry.objects.filter(details__missed=True).count() == 2
    assert find_missed_charges() == 0


def test_the_sweep_looks_back_for_days_and_not_for_years(
    patient: Patient, ibuprofen: Product, priced: Service
) -> None:
    given = handed_out(signed(a_line(ibuprofen), patient=patient), 8)
    _forget(given)
    with time_machine.travel(clock.now() + timedelta(days=8)):
        assert charge_missed_dispensings() == 0


def _forget(dispensing: Dispensing) -> None:
    """As if nobody had charged it."""
    from django.db.models import QuerySet  # noqa: PLC0415 around the guard

    QuerySet(Charge).filter(pk=charge_of(dispensing).pk).delete()


def test_a_product_has_one_price(ibuprofen: Product, mona: User) -> None:
    first = add_service(code="IBU", name="Ibuprofen", product_key=ibuprofen.key.upper(), by=mona)
    assert first.product_key == ibuprofen.key
    for key, said in ((ibuprofen.key, "Another service"), ("nothing", "No product")):
        with pytest.raises(ValidationError, match=said):
            add_service(code="IBU2", name="Ibuprofen", product_key=key, by=mona)
    edit_service(first, product_key=ibuprofen.key, by=mona)
    assert code_of(lambda: edit_service(first, product_key="", by=mona)) == ""
