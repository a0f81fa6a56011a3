"""The JSON door of what waits to be billed: `/api/v1/billing/charges`."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.once import Once
from billing import services
from billing.api import examples
from billing.api.doors import IDEMPOTENCY_KEY, IF_MATCH, MoneyViewSet
from billing.api.filters import ChargeFilter
from billing.models import MOST_LINES, Charge, Invoice
from billing.serializers.reading import ChargeSerializer, WholeInvoiceSerializer
from billing.serializers.writing import (
    AddChargeSerializer,
    InvoiceChargesSerializer,
    MoneyReasonSerializer,
    discount_given,
)
from billing.services.charging import ADD
from billing.services.drafting import DRAFT


class ChargeViewSet(MoneyViewSet):
    """What was done for patients: completed visits, what was dispensed, and what somebody charged by hand."""

    queryset = Charge.objects.all()
    serializer_class = ChargeSerializer
    filterset_class = ChargeFilter
    ordering = ("-id",)
    about_patients = True
    needs = {
        "list": "billing.view_charge",
        "retrieve": "billing.view_charge",
        "create": "billing.add_charge",
        "waive": "billing.waive_charge",
        "invoice": "billing.draft_invoice",
    }

    def filter_queryset(self, queryset: Any) -> Any:
        """In an order that an index has."""
        if self.request.query_params.get("status"):
            self.ordering = ("-done_on",)
        return super().filter_queryset(queryset)

    def list(self, request: Request) -> Response:
        """What was charged, last first. `status=unbilled&patient=…`: what of a patient waits for an invoice."""
        return super().list(request)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One charge, and on which invoice it is."""
        return super().retrieve(request, pk)

    @extend_schema(
        request=AddChargeSerializer,
        responses={201: ChargeSerializer},
        examples=[examples.CHARGE],
        parameters=[IDEMPOTENCY_KEY],
    )
    def create(self, request: Request) -> Response:
        """Charge a service of the price list by hand.

        409 `no_price`, and `discount_limit` where `unit_amount` is further below the price list than the role may go.
        """

        def act(once: Once | None) -> Charge:
            given = self.validated(AddChargeSerializer)
            patient = given.pop("patient")
            charged: Charge = services.add_charge(patient, **given, once=once, by=self.user)
            return charged

        return self.carried_out_once(ADD, ChargeSerializer, act, at="/api/v1/billing/charges")

    @extend_schema(request=MoneyReasonSerializer, responses={200: ChargeSerializer}, parameters=[IF_MATCH])
    def waive(self, request: Request, pk: str) -> Response:
        """Do not charge this, with the `reason`. 409 `wrong_move` where it is on an invoice."""
        charge = self.get_object()
        seen = self.version_if_sent(charge)
        reason = self.validated(MoneyReasonSerializer)["reason"]
        return self.reply(services.waive_charge(charge, reason=reason, seen_version=seen, by=self.user))

    @extend_schema(
        request=InvoiceChargesSerializer,
        responses={201: WholeInvoiceSerializer},
        examples=[examples.INVOICE_CHARGES],
        parameters=[IDEMPOTENCY_KEY],
    )
    def invoice(self, request: Request) -> Response:
        """Draft an invoice of what waits: of these charges, or of all of the patient. Refused as `POST /billing` is.

        409 `charge_taken` where somebody was faster. A charge of another patient is not found.
        """

        def act(once: Once | None) -> Invoice:
            given = self.validated(InvoiceChargesSerializer)
            patient, ids = given.pop("patient"), given.pop("charges")
            if ids is None:
                charges = list(Charge.objects.unbilled_of(patient.pk)[:MOST_LINES])
            else:
                charges = self.several(Charge, ids, patient_id=patient.pk)
            given["discount"] = discount_given(given["discount"])
            drafted: Invoice = services.invoice_charges(patient, charges, once=once, by=self.user, **given)
            return drafted

        return self.carried_out_once(DRAFT, WholeInvoiceSerializer, act, at="/api/v1/billing")
