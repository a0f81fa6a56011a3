"""Builds services, prices, payers and invoices for tests, without an actor where a service needs none."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from accounts import places
from accounts.models import User
from billing.models import Invoice, Payer, Policy, Price, Service, TaxRate, Till
from billing.services import Discount, Item, draft_invoice, issue_invoice
from patients.models import Patient

LONG_AGO = date(2020, 1, 1)
_number = count(1)


def make_service(code: str = "", *, price: Any = None, **fields: Any) -> Service:
    """Something on the price list; with `price`, what it costs everywhere."""
    code = code or f"S{next(_number)}"
    made = Service(**{"code": code, "name": f"Service {code}"} | fields).add()
    if price is not None:
        make_price(made, price)
    return made


def make_price(service: Service, amount: Any, *, valid_from: date = LONG_AGO, **fields: Any) -> Price:
    return Price(service=service, unit_amount=Decimal(amount), valid_from=valid_from, **fields).add()


def make_rates(*, standard: str = "19", reduced: str = "7") -> None:
    for tax_class, percent in (("standard", standard), ("reduced", reduced)):
        TaxRate(tax_class=tax_class, percent=Decimal(percent), valid_from=LONG_AGO).add()


def make_payer(code: str = "") -> Payer:
    code = code or f"P{next(_number)}"
    return Payer(code=code, name=f"Payer {code}").add()


def make_policy(patient: Patient, percent: Any = 80, **fields: Any) -> Policy:
    values = {"payer": fields.pop("payer", None) or make_payer(), "number": f"POL-{next(_number)}"}
    values |= {"coverage_percent": Decimal(percent), "valid_from": LONG_AGO}
    return Policy(patient=patient, **values | fields).add()


def make_till(cashier: User, amount: Any = 50) -> Till:
    """One that is open."""
    site = places.first_site()
    return Till(
        number=f"T-{next(_number)}",
        site=site,
        cashier=cashier,
        opened_on=LONG_AGO,
        float_amount=Decimal(amount),
    ).add()


def item(amount: Any, quantity: Any = 1, **fields: Any) -> Item:
    """A line in words, not taxed unless `tax_class` says so."""
    words = fields.pop("description", "Dressing")
    return Item(description=words, quantity=Decimal(quantity), unit_amount=Decimal(amount), **fields)


def off(percent: Any = 0, amount: Any = 0, because: str = "Hardship") -> Discount:
    return Discount(Decimal(percent), Decimal(amount), because)


def make_draft(patient: Patient, *items: Item, by: User, **more: Any) -> Invoice:
    return draft_invoice(patient, items=items or [item(100)], by=by, **more)


def make_issued(patient: Patient, *items: Item, by: User, **more: Any) -> Invoice:
    return issue_invoice(make_draft(patient, *items, by=by, **more), by=by)
