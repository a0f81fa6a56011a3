"""Medicines for other systems."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hospital.api import RecordViewSet
from prescriptions.filters import MedicationFilter
from prescriptions.models import Product, bring_substances
from prescriptions.safety.engine import check
from prescriptions.serializers.catalogue import (
    MedicationSerializer,
    SafetyQuestionSerializer,
    SafetyReportSerializer,
    as_question,
)

MEDICATION = OpenApiExample(
    "A medicine",
    value={
        "id": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "key": "amoxicillin-clavulanic-acid-875-mg-125-mg-tablet",
        "name": "Amoxicillin/clavulanic acid 875 mg/125 mg tablet",
        "synonyms": ["co-amoxiclav", "Augmentin"],
        "ingredients": [
            {
                "key": "amoxicillin",
                "name": "Amoxicillin",
                "strength": "875 mg",
                "atc": ["J01CA04"],
                "classes": ["penicillins"],
            },
            {
                "key": "clavulanic-acid",
                "name": "Clavulanic acid",
                "strength": "125 mg",
                "atc": [],
                "classes": ["beta-lactamase-inhibitors"],
            },
        ],
        "form": "tablet",
        "route": "oral",
        "is_active": True,
        "version": 1,
    },
    response_only=True,
)
ASKED = OpenApiExample(
    "Ibuprofen for somebody on warfarin",
    value={
        "medicines": ["warfarin", {"name": "ibuprofen", "dose": 400, "unit": "mg", "times_a_day": 3}],
        "allergies": ["penicillin"],
        "age_years": 70,
        "weight_kg": 80,
        "egfr": 60,
        "pregnant": False,
    },
    request_only=True,
)
TAKEN = OpenApiExample(
    "Something new for somebody who takes warfarin already",
    value={"medicines": ["ibuprofen 400 mg"], "taken": ["warfarin"], "allergies": [], "age_years": 70},
    request_only=True,
)
ANSWERED = OpenApiExample(
    "Bleeding",
    value={
        "findings": [
            {
                "rule": "vka-nsaid",
                "severity": "serious",
                "medicines": ["warfarin", "ibuprofen"],
                "text": "Bleeding, above all from the stomach. Paracetamol is the safer choice.",
                "source": "US prescribing information (accessdata.fda.gov, dailymed.nlm.nih.gov), "
                "as it stood in 2024: warfarin, section 7",
            }
        ],
        "screened": [
            {"medicine": "warfarin", "checks": ["allergies", "duplicates", "pregnancy", "kidneys"]},
            {"medicine": "ibuprofen", "checks": ["allergies", "duplicates", "dose", "pregnancy", "kidneys"]},
        ],
        "not_screened": [
            {"medicine": "warfarin", "why": "Dose: The dose of Warfarin is not known in milligrams."}
        ],
        "ruleset_version": "2026-11-24.0b4cb65669",
    },
    response_only=True,
)


class MedicationViewSet(RecordViewSet):
    """Medicines that can be prescribed: products, with what is in them."""

    queryset = Product.objects.all()
    serializer_class = MedicationSerializer
    filterset_class = MedicationFilter
    ordering_fields = ("name_key", "id")
    ordering = ("name_key",)
    needs = {"list": "prescriptions.view_product", "retrieve": "prescriptions.view_product"}

    def paginate_queryset(self, queryset: Any) -> Any:
        rows = super().paginate_queryset(queryset)
        bring_substances(rows or [])
        return rows

    @extend_schema(examples=[MEDICATION])
    def list(self, request: Request) -> Response:
        """Medicines by name. `q` searches as one types, brand or generic: `amox 875`, `augm`, `J01CA04`.

        A misspelt name finds those that may be meant: a person chooses.
        """
        return super().list(request)

    @extend_schema(examples=[MEDICATION])
    def retrieve(self, request: Request, pk: str) -> Response:
        """One medicine."""
        return super().retrieve(request, pk)


class SafetyView(RecordViewSet):
    """The rules of safety, for other systems. Nothing is written down, and nobody's record is opened."""

    serializer_class = SafetyReportSerializer
    needs = {"check": "prescriptions.check_safety"}

    @extend_schema(
        operation_id="safety_check",
        request=SafetyQuestionSerializer,
        responses={200: SafetyReportSerializer},
        examples=[ASKED, TAKEN, ANSWERED],
        filters=False,
    )
    def check(self, request: Request) -> Response:
        """What is dangerous, what is clear, and what could not be checked, and why.

        A medicine that is not known is never clear. The rules are a starter set: what no rule speaks of is answered
        as not screened. It supports a prescriber and decides nothing.
        """
        asked = as_question(self.validated(SafetyQuestionSerializer))
        return Response(SafetyReportSerializer(check(asked)).data)
