"""What the description of the API shows of billing."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

ID = "0199f0d1-2d3e-7a4b-8c5d-6e7f8a9b0c1d"
PATIENT = "0199f0c0-7a4b-7d3e-9c5d-0c1d6e7f8a9b"
SITE = "0199f0c0-0a1b-7c2d-8e3f-4a5b6c7d8e9f"
CLERK = "0199f0c0-2b3c-7d4e-8f5a-6b7c8d9e0f1a"
LINE = "0199f0d1-3a4b-7c5d-8e6f-7a8b9c0d1e2f"
PAYMENT = "0199f0d1-4b5c-7d6e-8f7a-8b9c0d1e2f3a"
IN_LISTS: dict[str, Any] = {
    "id": ID,
    "number": "NF-2026-000042",
    "status": "partly_paid",
    "patient": PATIENT,
    "patient_name": "Amara Okafor",
    "site": SITE,
    "department": None,
    "policy": None,
    "currency": "EUR",
    "includes_tax": True,
    "gross_amount": "120.00",
    "discounts_amount": "5.00",
    "net_amount": "96.64",
    "tax_amount": "18.36",
    "total_amount": "115.00",
    "patient_amount": "115.00",
    "insurer_amount": "0.00",
    "paid_amount": "50.00",
    "credited_amount": "0.00",
    "patient_due_amount": "65.00",
    "insurer_due_amount": "0.00",
    "due_amount": "65.00",
    "issued_on": "2026-11-29",
    "due_on": "2026-12-13",
    "is_overdue": False,
    "created_at": "2026-11-29T09:10:00Z",
    "updated_at": "2026-11-29T10:02:00Z",
    "version": 3,
}
NONE_OFF = {"percent": "0", "amount": "0.00", "because": ""}
OF_THE_WHOLE = {"percent": "0", "amount": "5.00", "because": "Waited two hours"}

LISTED = OpenApiExample("Partly paid", value=IN_LISTS, response_only=True)
WHOLE = OpenApiExample(
    "Partly paid, with its lines",
    value=IN_LISTS
    | {
        "note": "",
        "discount": OF_THE_WHOLE,
        "lines": [
            {
                "id": LINE,
                "position": 1,
                "code": "XR-CHEST",
                "charge": None,
                "description": "X-ray of the chest",
                "quantity": "1",
                "unit_amount": "120.00",
                "tax_class": "standard",
                "tax_percent": "19",
                "discount": NONE_OFF,
                "gross_amount": "120.00",
                "share_amount": "5.00",
                "net_amount": "96.64",
                "tax_amount": "18.36",
                "total_amount": "115.00",
                "credited_amount": "0.00",
            }
        ],
        "payments": [
            {
                "id": PAYMENT,
                "receipt": "0199f0d1-5c6d-7e7f-8a8b-9c0d1e2f3a4b",
                "method": "cash",
                "amount": "50.00",
                "tendered_amount": "60.00",
                "change_amount": "10.00",
                "reference": "",
                "refunded_amount": "0.00",
                "refundable_amount": "50.00",
                "created_at": "2026-11-29T10:02:00Z",
            }
        ],
        "refunds": [],
        "credit_notes": [],
        "drafted_by": CLERK,
        "issued_at": "2026-11-29T09:12:00Z",
        "issued_by": CLERK,
        "content_hash": "9b74c9897bac770ffc029102a200c5de6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b",
        "verified": True,
        "voided_at": None,
        "voided_by": None,
        "voided_because": "",
    },
    response_only=True,
)


def _asked(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


def _refused(name: str, code: str, detail: str, **more: Any) -> OpenApiExample:
    body = {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "code": code,
        "detail": detail,
        "errors": [],
    }
    return OpenApiExample(
        name,
        value=body | more,
        response_only=True,
        status_codes=["409"],
        media_type="application/problem+json",
    )


DRAFT = _asked(
    "Of the price list, and in words",
    {
        "patient": PATIENT,
        "lines": [
            {"code": "XR-CHEST"},
            {"description": "Dressing", "quantity": 2, "unit_amount": "4.50", "tax_class": "standard"},
        ],
    },
)
EDIT = _asked(
    "With a discount of the whole",
    {
        "lines": [{"code": "XR-CHEST", "quantity": "1"}],
        "discount": {"amount": "5.00", "because": "Waited two hours"},
        "version": 1,
    },
)
TOO_MUCH_OFF = _refused(
    "Further below the price list than the role may go",
    "discount_limit",
    "You may take off at most 5 % of the list prices. Ask somebody who may give more.",
)
VOID = _asked("Why", {"reason": "Billed to the wrong patient"})
PAY = _asked("In cash, with change", {"amount": "50.00", "method": "cash", "tendered": "60.00"})
PAY_IN_PARTS = _asked(
    "In two ways",
    {
        "parts": [
            {"amount": "20.00", "method": "cash"},
            {"amount": "45.00", "method": "card", "reference": "4711"},
        ]
    },
)
BEYOND_DUE = _refused(
    "More than is due", "beyond_due", "The patient owes EUR 65.00.", offers=[{"amount": "65.00"}]
)
REFUND = _asked("A part of a payment", {"payment": PAYMENT, "amount": "12.50", "reason": "Paid twice"})
CREDIT = _asked(
    "A part of a line", {"reason": "Only one side was X-rayed", "lines": [{"line": LINE, "amount": "40.00"}]}
)
CHARGE = _asked("A dressing", {"patient": PATIENT, "code": "DRESS", "quantity": 2})
INVOICE_CHARGES = _asked("All that waits", {"patient": PATIENT})
PUT_ON_ACCOUNT = _asked(
    "By bank transfer",
    {"patient": PATIENT, "amount": "200.00", "method": "bank_transfer", "reference": "2026-11-28 OKAFOR"},
)
NEW_SERVICE = _asked(
    "An X-ray",
    {"code": "XR-CHEST", "name": "X-ray of the chest", "tax_class": "standard", "unit_amount": "120.00"},
)
NEW_PRICE = _asked("From next year on", {"unit_amount": "125.00", "valid_from": "2027-01-01"})
PRICED = OpenApiExample(
    "An X-ray",
    value={
        "id": "0199f0d1-6d7e-7f8a-8b9c-0d1e2f3a4b5c",
        "code": "XR-CHEST",
        "name": "X-ray of the chest",
        "tax_class": "standard",
        "unit_amount": "120.00",
        "is_active": True,
        "version": 1,
    },
    response_only=True,
)
