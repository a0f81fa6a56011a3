"""The JSON doors of billing."""

from billing.api.charges import ChargeViewSet
from billing.api.invoices import InvoiceViewSet
from billing.api.prices import PayerViewSet, PolicyViewSet, PriceListViewSet
from billing.api.refunds import DepositViewSet, RefundViewSet

__all__ = [
    "ChargeViewSet",
    "DepositViewSet",
    "InvoiceViewSet",
    "PayerViewSet",
    "PolicyViewSet",
    "PriceListViewSet",
    "RefundViewSet",
]
