"""The JSON door of invoices: `/api/v1/billing`."""

from collections.abc import Mapping, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.once import Once
from billing import services
from billing.api import examples
from billing.api.doors import IDEMPOTENCY_KEY, IF_MATCH, MoneyViewSet
from billing.api.filters import InvoiceFilter
from billing.filters import is_narrow
from billing.models import Charge, Invoice, Payment
from billing.serializers.reading import (
    CreditNoteSerializer,
    InvoiceSerializer,
    ReceiptSerializer,
    RefundSerializer,
    WholeInvoiceSerializer,
)
from billing.serializers.writing import (
    CreditSerializer,
    DraftInvoiceSerializer,
    EditInvoiceSerializer,
    MoneyReasonSerializer,
    OnlyVersionSerializer,
    PassOnSerializer,
    PaySerializer,
    RefundAskedSerializer,
    discount_given,
    services_of,
)
from billing.services import Item
from billing.services.drafting import DRAFT
from billing.services.issuing import CREDIT, ISSUE
from billing.services.paying import PAY
from billing.services.refunding import REQUEST
from hospital.pagination import Pages

AT = "/api/v1/billing"
IN_THE_LIST = (
    *(name for name in InvoiceSerializer.Meta.fields if name not in InvoiceSerializer.RECKONED),
    *("open_due_on", "patient__given_name", "patient__family_name"),
)


class ByDay(Pages):
    """Also where thousands are due on one day."""

    offset_cutoff: int | None = None  # type: ignore[assignment]


class InvoiceViewSet(MoneyViewSet):
    """Invoices: drafts until they are issued, and then as they are. What was wrong is corrected by a credit note."""

    queryset = Invoice.objects.all()
    serializer_class = WholeInvoiceSerializer
    filterset_class = InvoiceFilter
    pagination_class = ByDay
    ordering: tuple[str, ...] = ("-id",)
    about_patients = True
    needs = {
        "list": "billing.view_invoice",
        "retrieve": "billing.view_invoice",
        "create": "billing.draft_invoice",
        "update": "billing.edit_invoice",
        "destroy": "billing.void_invoice",
        "issue": "billing.issue_invoice",
        "payments": "billing.pay_invoice",
        "refunds": "billing.request_refund",
        "credit_notes": "billing.credit_invoice",
        "pass_to_patient": "billing.pass_to_patient",
    }

    def get_queryset(self) -> Any:
        rows: Any = super().get_queryset()
        named = rows.select_related("patient")
        return named.only(*IN_THE_LIST) if self.action == "list" else named

    def get_serializer_class(self) -> Any:
        return InvoiceSerializer if self.action == "list" else WholeInvoiceSerializer

    def filter_queryset(self, queryset: Any) -> Any:
        """In an order that an index has, whatever is asked for."""
        asked = self.request.query_params
        if asked.get("number"):
            self.ordering = ("number",)
        elif asked.get("overdue"):
            self.ordering = ("open_due_on",)
        elif is_narrow(asked):
            self.ordering = ("-created_at",)
        elif asked.get("issued_from") or asked.get("issued_to"):
            self.ordering = ("-issued_on",)
        return super().filter_queryset(queryset)

    @extend_schema(responses={200: InvoiceSerializer(many=True)}, examples=[examples.LISTED])
    def list(self, request: Request) -> Response:
        """Invoices and drafts, begun last first; without their lines.

        What is `overdue` longest comes first, with `number` (its beginning) the smallest number, and with `issued_from`
        or `issued_to` (both included) what was issued last.
        """
        return super().list(request)

    @extend_schema(examples=[examples.WHOLE])
    def retrieve(self, request: Request, pk: str) -> Response:
        """One invoice: its lines, payments, refunds and credit notes.

        `verified` says whether it still is what was issued. The ETag is the version.
        """
        return super().retrieve(request, pk)

    # ── Drafts ──────────────────────────────────────────────────────────────

    @extend_schema(
        request=DraftInvoiceSerializer,
        responses={201: WholeInvoiceSerializer},
        examples=[examples.DRAFT, examples.TOO_MUCH_OFF],
        parameters=[IDEMPOTENCY_KEY],
    )
    def create(self, request: Request) -> Response:
        """Begin a draft. It has no number yet and can be changed.

        409 `discount_limit` where it is further below the price list than the role may go, by whatever name;
        `charge_taken`, `policy_not_valid`, `no_tax_rate`. A 400 names each place: `lines.1.unit_amount`. What is of
        another patient is not found. With an Idempotency-Key the same request is carried out once.
        """

        def act(once: Once | None) -> Invoice:
            given = self.validated(DraftInvoiceSerializer)
            patient = given.pop("patient")
            drafted: Invoice = services.draft_invoice(
                patient, **self._said(given, patient.pk), once=once, by=self.user
            )
            return drafted

        return self.carried_out_once(DRAFT, WholeInvoiceSerializer, act, at=AT)

    @extend_schema(request=EditInvoiceSerializer, examples=[examples.EDIT], parameters=[IF_MATCH])
    def update(self, request: Request, pk: str) -> Response:
        """Write a draft anew, as a whole. Send If-Match, or `version` in the body.

        A charge that is left out waits to be billed again. What is issued never changes: 409 `invoice_issued`.
        """
        draft = self.get_object()
        seen = self.seen_version(draft)
        said = self._said(self.validated(EditInvoiceSerializer), draft.patient_id)
        return self.reply(services.edit_invoice(draft, **said, seen_version=seen, by=self.user))

    @extend_schema(
        request=MoneyReasonSerializer, responses={204: None}, examples=[examples.VOID], parameters=[IF_MATCH]
    )
    def destroy(self, request: Request, pk: str) -> Response:
        """Make it void, with the `reason`. Nothing is deleted, and its charges wait to be billed again.

        An issued invoice keeps its number, and a credit note takes back what is left: not every role may do that. 409
        `has_payments` until what was paid is refunded.
        """
        invoice = self.get_object()
        seen = self.version_if_sent(invoice)
        reason = self.validated(MoneyReasonSerializer)["reason"]
        void = services.void_invoice(invoice, reason=reason, seen_version=seen, by=self.user)
        return Response(status=204, headers={"ETag": f'"{void.version}"'})

    def _said(self, given: dict[str, Any], patient_id: Any) -> dict[str, Any]:
        lines = given.pop("lines")
        items = self._items(lines, patient_id)
        return given | {"items": items, "discount": discount_given(given["discount"])}

    def _items(self, lines: Sequence[Mapping[str, Any]], patient_id: Any) -> Sequence[Item]:
        """Lines as the service takes them; 404 for a charge that is not one of this patient."""
        by_code = services_of(lines)
        ids = [line["charge"] for line in lines if line["charge"]]
        charges = {one.pk: one for one in self.several(Charge, ids, patient_id=patient_id)}
        return [
            Item(
                description=line["description"],
                service=by_code.get(line["code"].strip().upper()),
                charge=charges.get(line["charge"]),
                quantity=line["quantity"],
                unit_amount=line["unit_amount"],
                tax_class=line["tax_class"],
                discount=discount_given(line["discount"]),
            )
            for line in lines
        ]

    # ── Its life ────────────────────────────────────────────────────────────

    @extend_schema(
        request=OnlyVersionSerializer,
        responses={200: WholeInvoiceSerializer},
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
    )
    def issue(self, request: Request, pk: str) -> Response:
        """Give a draft its number and its date. Nothing that is printed changes afterwards.

        409 `sums_changed` where a tax rate or the policy is another than when it was saved: save it again and look.
        With an Idempotency-Key the same request is carried out once.
        """
        draft = self.get_object()

        def act(once: Once | None) -> Invoice:
            self.validated(OnlyVersionSerializer)
            seen = self.version_if_sent(draft)
            issued: Invoice = services.issue_invoice(draft, seen_version=seen, once=once, by=self.user)
            issued.patient = draft.patient  # it is read already
            return issued

        return self.carried_out_once(ISSUE, WholeInvoiceSerializer, act, status=200)

    @extend_schema(
        request=PaySerializer,
        responses={201: ReceiptSerializer},
        examples=[examples.PAY, examples.PAY_IN_PARTS, examples.BEYOND_DUE],
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
    )
    def payments(self, request: Request, pk: str) -> Response:
        """Take a payment, in one way or several, all of it or nothing. The answer is the receipt.

        `insurance` pays what the payer owes, every other way what the patient owes, and `deposit` takes it from what
        the patient has on account. 409 `beyond_due` offers what is due; `not_issued`, `not_on_account`. With an
        Idempotency-Key the same request is carried out once, however often it is sent.
        """
        invoice = self.get_object()

        def act(once: Once | None) -> Any:
            parts = self.validated(PaySerializer)["parts"]
            seen = self.version_if_sent(invoice)
            return services.pay_invoice(invoice, parts=parts, seen_version=seen, once=once, by=self.user)

        return self.carried_out_once(PAY, ReceiptSerializer, act)

    @extend_schema(
        request=RefundAskedSerializer,
        responses={201: RefundSerializer},
        examples=[examples.REFUND],
        parameters=[IDEMPOTENCY_KEY],
    )
    def refunds(self, request: Request, pk: str) -> Response:
        """Ask for money of a payment of this invoice back.

        Up to a limit for the whole invoice it is `approved` at once, above it `requested` until somebody else agrees.
        Either way it is handed back by `/refunds/{id}/pay`. 409 `beyond_payment`. A payment of another invoice is not
        found. With an Idempotency-Key the same request is carried out once.
        """
        invoice = self.get_object()

        def act(once: Once | None) -> Any:
            given = self.validated(RefundAskedSerializer)
            payment = self.one_more(Payment, given.pop("payment"), invoice_id=invoice.pk)
            return services.request_refund(payment, **given, once=once, by=self.user)

        return self.carried_out_once(REQUEST, RefundSerializer, act, at=f"{AT}/refunds")

    @extend_schema(
        request=CreditSerializer,
        responses={201: CreditNoteSerializer},
        examples=[examples.CREDIT],
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
    )
    def credit_notes(self, request: Request, pk: str) -> Response:
        """Take back something of an issued invoice: amounts of its lines, or all that is left.

        What was paid beyond the rest is owed to whoever paid, and is given back by a refund. 409 `not_issued`,
        `beyond_line`. A line of another invoice is not found. With an Idempotency-Key the same request is carried out
        once.
        """
        invoice = self.get_object()

        def act(once: Once | None) -> Any:
            given = self.validated(CreditSerializer)
            seen = self.version_if_sent(invoice)
            return services.credit_invoice(invoice, **given, seen_version=seen, once=once, by=self.user)

        return self.carried_out_once(CREDIT, CreditNoteSerializer, act)

    @extend_schema(request=PassOnSerializer, responses={200: WholeInvoiceSerializer}, parameters=[IF_MATCH])
    def pass_to_patient(self, request: Request, pk: str) -> Response:
        """Have the patient owe what the payer has declined to pay. 409 `beyond_due`."""
        invoice = self.get_object()
        given = self.validated(PassOnSerializer)
        seen = self.version_if_sent(invoice)
        return self.reply(services.pass_to_patient(invoice, **given, seen_version=seen, by=self.user))
