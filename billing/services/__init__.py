"""What can be done with money, and when it is refused."""

from billing.services.charging import (
    add_charge,
    charge_for_appointment,
    charge_missed_visits,
    uncharge_appointment,
    waive_charge,
)
from billing.services.dispensed import (
    charge_dispensings,
    charge_missed_dispensings,
    uncharge_dispensing,
)
from billing.services.drafting import (
    NO_DISCOUNT,
    Discount,
    Item,
    discount_invoice,
    discount_of,
    draft_invoice,
    edit_invoice,
    invoice_charges,
    items_of,
    sums_of,
)
from billing.services.giving import given_away
from billing.services.issuing import credit_invoice, issue_invoice, pass_to_patient, void_invoice
from billing.services.payers import (
    add_payer,
    add_policy,
    deactivate_payer,
    edit_payer,
    end_policy,
    reactivate_payer,
)
from billing.services.paying import Part, apply_deposit, deposit_of, pay_invoice, record_deposit
from billing.services.price_list import (
    add_service,
    edit_service,
    end_price,
    set_discount_limit,
    set_price,
    set_tax_rate,
)
from billing.services.printing import print_paper, print_statement
from billing.services.refunding import approve_refund, decline_refund, pay_refund, request_refund
from billing.services.shared import NotOfThis
from billing.services.tills import close_till, open_till, till_of

__all__ = [
    "NO_DISCOUNT",
    "Discount",
    "Item",
    "NotOfThis",
    "Part",
    "add_charge",
    "add_payer",
    "add_policy",
    "add_service",
    "apply_deposit",
    "approve_refund",
    "charge_dispensings",
    "charge_for_appointment",
    "charge_missed_dispensings",
    "charge_missed_visits",
    "close_till",
    "credit_invoice",
    "deactivate_payer",
    "decline_refund",
    "deposit_of",
    "discount_invoice",
    "discount_of",
    "draft_invoice",
    "edit_invoice",
    "edit_payer",
    "edit_service",
    "end_policy",
    "end_price",
    "given_away",
    "invoice_charges",
    "issue_invoice",
    "items_of",
    "open_till",
    "pass_to_patient",
    "pay_invoice",
    "pay_refund",
    "print_paper",
    "print_statement",
    "reactivate_payer",
    "record_deposit",
    "request_refund",
    "set_discount_limit",
    "set_price",
    "set_tax_rate",
    "sums_of",
    "till_of",
    "uncharge_appointment",
    "uncharge_dispensing",
    "void_invoice",
    "waive_charge",
]
