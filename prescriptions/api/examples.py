"""What the description of the API shows of prescriptions."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

ID = "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d"
LINE = "0199f0c1-3a4b-7c5d-8e6f-7a8b9c0d1e2f"
KEY = "9b74c9897bac770ffc029102a200c5de6e7f8a9b0c1d2e3f4a5b6c7d8e9f0a1b"
WRITTEN = {
    "medicine": "Ibuprofen 400 mg tablet",
    "product": "0199f0c0-5c6d-7e8f-9a0b-1c2d3e4f5a6b",
    "dose": "1",
    "unit": "tablet",
    "route": "oral",
    "frequency": "1-0-1",
    "times_a_day": "2",
    "as_needed": False,
    "as_needed_for": "",
    "days": 5,
    "quantity": "10",
    "quantity_unit": "tablet",
    "text": "1 tablet in the morning and in the evening, for 5 days.",
    "note": "",
}
LIFE = {
    "id": LINE,
    "dispensed": "4",
    "to_dispense": "6",
    "taken_until": "2026-12-03",
    "stopped_at": None,
    "stopped_because": "",
}
IN_LISTS: dict[str, Any] = {
    "id": ID,
    "code": "K7QM2F9DXTA4",
    "status": "partly_dispensed",
    "patient": "0199f0c0-7a4b-7d3e-9c5d-0c1d6e7f8a9b",
    "doctor": "0199f0c0-1b2c-7d3e-8f4a-5b6c7d8e9f0a",
    "doctor_name": "Dr. Amara Brandt",
    "department": "0199f0c0-0a1b-7c2d-8e3f-4a5b6c7d8e9f",
    "indication": "Pain after a fall",
    "note": "",
    "lines": [WRITTEN],
    "renews": None,
    "needs_second": False,
    "signed_at": "2026-11-29T09:12:00Z",
    "signed_by": "0199f0c0-2b3c-7d4e-8f5a-6b7c8d9e0f1a",
    "expires_on": "2027-02-28",
    "stopped_at": None,
    "stopped_because": "",
    "created_at": "2026-11-29T09:10:00Z",
    "updated_at": "2026-11-29T10:02:00Z",
    "version": 4,
}
FINDING = {
    "key": KEY,
    "rule": "vka-nsaid",
    "check": "interactions",
    "severity": "serious",
    "medicines": ["Warfarin 5 mg tablet", "Ibuprofen 400 mg tablet"],
    "text": "Bleeding, above all from the stomach. Paracetamol is the safer choice.",
    "source": "US prescribing information (accessdata.fda.gov, dailymed.nlm.nih.gov), as it stood in 2024: "
    "warfarin, section 7",
    "second": False,
}

LISTED = OpenApiExample("Partly dispensed", value=IN_LISTS, response_only=True)
WHOLE = OpenApiExample(
    "Signed over a warning, and partly dispensed",
    value=IN_LISTS
    | {
        "lines": [WRITTEN | {"life": LIFE}],
        "dispensings": [
            {
                "id": "0199f0c1-4b5c-7d6e-8f7a-8b9c0d1e2f3a",
                "line": LINE,
                "medicine": "Ibuprofen 400 mg tablet",
                "product": WRITTEN["product"],
                "quantity": "4",
                "quantity_unit": "tablet",
                "is_substitute": False,
                "because": "",
                "batch": "B-2210",
                "site": "0199f0c0-0a0b-7c1d-8e2f-3a4b5c6d7e8f",
                "dispensed_by": "0199f0c0-3c4d-7e5f-8a6b-7c8d9e0f1a2b",
                "dispensed_at": "2026-11-29T10:02:00Z",
                "returned_at": None,
                "returned_because": "",
                "version": 1,
            }
        ],
        "safety": {
            "asked": {"age": 67, "pregnant": False},
            "findings": [FINDING],
            "screened": [
                {"medicine": "Ibuprofen 400 mg tablet", "checks": ["allergies", "duplicates", "dose"]}
            ],
            "not_screened": [
                {"medicine": "Ibuprofen 400 mg tablet", "why": "Kidneys: The eGFR is not known."}
            ],
            "ruleset_version": "2026-11-24.0b4cb65669",
            "checked_at": "2026-11-29T09:12:00Z",
        },
        "overrides": [{"key": KEY, "because": "monitored", "reason": "INR in three days"}],
        "signed_by_name": "Amara Brandt",
        "content_hash": "5f1d7a84db00d2fce00b31a7fc73224fa7e1f6d4c3b2a19087f6e5d4c3b2a190",
        "second_signed_at": None,
        "second_signed_by": None,
        "second_hash": "",
        "verified": True,
        "declined_because": "",
        "discarded_because": "",
        "stopped_by": None,
        "stopped_note": "",
    },
    response_only=True,
)

# ── What is asked ───────────────────────────────────────────────────────────

NEW_LINE = {
    "product": WRITTEN["product"],
    "dose": 1,
    "unit": "tablet",
    "route": "oral",
    "frequency": "1-0-1",
    "days": 5,
}
BEGIN = OpenApiExample(
    "A product of the catalogue; the quantity is computed",
    value={"patient": IN_LISTS["patient"], "lines": [NEW_LINE], "indication": "Pain after a fall"},
    request_only=True,
)
WITHOUT_PRODUCT = OpenApiExample(
    "As needed, and not of the catalogue",
    value={
        "patient": IN_LISTS["patient"],
        "lines": [
            {
                "medicine": "Zinc oxide paste",
                "route": "cutaneous",
                "frequency": "tds",
                "as_needed": True,
                "as_needed_for": "itching",
                "quantity": 50,
            }
        ],
    },
    request_only=True,
)
WRITE = OpenApiExample(
    "Another dose",
    value={"lines": [NEW_LINE | {"frequency": "q12h", "days": 3}], "version": 1},
    request_only=True,
)
DISCARD = OpenApiExample("Of a draft", value={"reason": "Written for the wrong patient"}, request_only=True)
SIGN = OpenApiExample(
    "With a finding overridden",
    value={
        "password": "…",
        "overrides": [{"finding": KEY, "because": "monitored", "reason": "INR in three days"}],
        "version": 2,
    },
    request_only=True,
)
DISPENSE = OpenApiExample(
    "Four tablets", value={"items": [{"line": LINE, "quantity": 4, "batch": "B-2210"}]}, request_only=True
)
SUBSTITUTE = OpenApiExample(
    "The same medicine of another maker",
    value={
        "items": [
            {
                "line": LINE,
                "quantity": 6,
                "product": "0199f0c0-6d7e-7f8a-9b0c-2d3e4f5a6b7c",
                "because": "Out of stock",
            }
        ],
    },
    request_only=True,
)
STOP = OpenApiExample(
    "It was not tolerated", value={"because": "adverse-effect", "note": "Stomach pain"}, request_only=True
)


def _problem(status: int, title: str, code: str, detail: str, **more: Any) -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "status": status, "code": code, "detail": detail} | more


WRONG_LINE = OpenApiExample(
    "Something is wrong with a line",
    value=_problem(
        400,
        "Bad Request",
        "invalid",
        "The request was not understood as it stands.",
        errors=[{"field": "lines.0.frequency", "code": "invalid", "message": "Not understood: thrice."}],
    ),
    response_only=True,
    status_codes=["400"],
)
UNANSWERED = OpenApiExample(
    "A finding has to be overridden",
    value=_problem(
        409,
        "Conflict",
        "unanswered_findings",
        "Override what stands here, with a reason, or change the medicines.",
        errors=[],
        offers=[FINDING],
    ),
    response_only=True,
    status_codes=["409"],
)
