"""Medicines for other systems."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hospital.api import RecordViewSet
from prescriptions.safety.engine import check
from prescriptions.serializers import SafetyQuestionSerializer, SafetyReportSerializer, as_question

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


class SafetyView(RecordViewSet):
    """The rules of safety, for other systems. Nothing is written down, and nobody's record is opened."""

    serializer_class = SafetyReportSerializer
    needs = {"check": "prescriptions.check_safety"}

    @extend_schema(
        operation_id="safety_check",
        request=SafetyQuestionSerializer,
        responses={200: SafetyReportSerializer},
        examples=[ASKED, ANSWERED],
        filters=False,
    )
    def check(self, request: Request) -> Response:
        """What is dangerous, what is clear, and what could not be checked, and why.

        A medicine that is not known is never clear. The rules are a starter set: what no rule speaks of is answered
        as not screened. It supports a prescriber and decides nothing.
        """
        asked = as_question(self.validated(SafetyQuestionSerializer))
        return Response(SafetyReportSerializer(check(asked)).data)
