"""What is charged, invoiced, paid and booked."""

from billing.models.charges import Charge
from billing.models.invoices import Invoice, InvoiceQuerySet
from billing.models.ledger import GENESIS, Account, Because, LedgerEntry, LedgerHead
from billing.models.lines import MOST_LINES, CreditNote, InvoiceLine
from billing.models.payers import Payer, Policy
from billing.models.payments import Deposit, Method, Payment, Receipt, Refund
from billing.models.prices import USUAL_LIMITS, DiscountLimit, Price, Service, TaxClass, TaxRate
from billing.models.tills import Till

__all__ = [
    "GENESIS",
    "MOST_LINES",
    "USUAL_LIMITS",
    "Account",
    "Because",
    "Charge",
    "CreditNote",
    "Deposit",
    "DiscountLimit",
    "Invoice",
    "InvoiceLine",
    "InvoiceQuerySet",
    "LedgerEntry",
    "LedgerHead",
    "Method",
    "Payer",
    "Payment",
    "Policy",
    "Price",
    "Receipt",
    "Refund",
    "Service",
    "TaxClass",
    "TaxRate",
    "Till",
]
