"""The JSON doors of money that goes back, and of money on account."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.once import Once
from billing import services
from billing.api import examples
from billing.api.doors import IDEMPOTENCY_KEY, IF_MATCH, MoneyViewSet
from billing.api.filters import OfPatientFilter, RefundFilter
from billing.models import Deposit, Payment, Refund
from billing.serializers.reading import DepositSerializer, ReceiptSerializer, RefundSerializer
from billing.serializers.writing import (
    MoneyReasonSerializer,
    OnlyVersionSerializer,
    PutOnAccountSerializer,
    RefundAskedSerializer,
)
from billing.services.paying import DEPOSIT
from billing.services.refunding import PAY_OUT, REQUEST


class RefundViewSet(MoneyViewSet):
    """Money that goes back the way it came. Above a limit somebody else than who asked for it has to agree."""

    queryset = Refund.objects.all()
    serializer_class = RefundSerializer
    filterset_class = RefundFilter
    ordering = ("-id",)
    about_patients = True
    needs = {
        "list": "billing.view_refund",
        "retrieve": "billing.view_refund",
        "create": "billing.request_refund",
        "approve": "billing.approve_refund",
        "decline": "billing.decline_refund",
        "pay": "billing.pay_refund",
    }

    def list(self, request: Request) -> Response:
        """Refunds, asked for last first. `status=requested`: those that wait for a second person."""
        return super().list(request)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One refund, and who decided on it."""
        return super().retrieve(request, pk)

    @extend_schema(
        operation_id="billing_refunds_of_any_payment_create",
        request=RefundAskedSerializer,
        responses={201: RefundSerializer},
        examples=[examples.REFUND],
        parameters=[IDEMPOTENCY_KEY],
    )
    def create(self, request: Request) -> Response:
        """Ask for money of any payment back, also of one on account. Otherwise as `POST /billing/{id}/refunds`."""

        def act(once: Once | None) -> Any:
            given = self.validated(RefundAskedSerializer)
            payment = self.one_more(Payment, given.pop("payment"))
            return services.request_refund(payment, **given, once=once, by=self.user)

        return self.carried_out_once(REQUEST, RefundSerializer, act, at="/api/v1/billing/refunds")

    @extend_schema(request=OnlyVersionSerializer, responses={200: RefundSerializer}, parameters=[IF_MATCH])
    def approve(self, request: Request, pk: str) -> Response:
        """Agree to what somebody else has asked for. 409 `own_refund`."""
        refund = self.get_object()
        self.validated(OnlyVersionSerializer)
        seen = self.version_if_sent(refund)
        return self.reply(services.approve_refund(refund, seen_version=seen, by=self.user))

    @extend_schema(request=MoneyReasonSerializer, responses={200: RefundSerializer}, parameters=[IF_MATCH])
    def decline(self, request: Request, pk: str) -> Response:
        """Do not pay this out, with the `reason`. 409 `wrong_move` once it is paid."""
        refund = self.get_object()
        reason = self.validated(MoneyReasonSerializer)["reason"]
        seen = self.version_if_sent(refund)
        return self.reply(services.decline_refund(refund, reason=reason, seen_version=seen, by=self.user))

    @extend_schema(
        request=OnlyVersionSerializer,
        responses={200: RefundSerializer},
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
    )
    def pay(self, request: Request, pk: str) -> Response:
        """Hand the money back. Of an invoice it is owed again, on account it is no longer there.

        409 `wrong_move` unless it is approved and not paid yet, `not_on_account`. With an Idempotency-Key the same
        request is carried out once.
        """
        refund = self.get_object()

        def act(once: Once | None) -> Refund:
            self.validated(OnlyVersionSerializer)
            seen = self.version_if_sent(refund)
            paid: Refund = services.pay_refund(refund, seen_version=seen, once=once, by=self.user)
            return paid

        return self.carried_out_once(PAY_OUT, RefundSerializer, act, status=200)


class DepositViewSet(MoneyViewSet):
    """What patients have on account, before there is an invoice."""

    queryset = Deposit.objects.all()
    serializer_class = DepositSerializer
    filterset_class = OfPatientFilter
    ordering = ("-id",)
    about_patients = True
    needs = {"list": "billing.view_deposit", "create": "billing.record_deposit"}

    def list(self, request: Request) -> Response:
        """Who has how much on account."""
        return super().list(request)

    @extend_schema(
        request=PutOnAccountSerializer,
        responses={201: ReceiptSerializer},
        examples=[examples.PUT_ON_ACCOUNT],
        parameters=[IDEMPOTENCY_KEY],
    )
    def create(self, request: Request) -> Response:
        """Take money on account. The answer is the receipt; with an Idempotency-Key it is carried out once."""

        def act(once: Once | None) -> Any:
            given = self.validated(PutOnAccountSerializer)
            patient, parts = given["patient"], given["parts"]
            return services.record_deposit(patient, parts=parts, once=once, by=self.user)

        return self.carried_out_once(DEPOSIT, ReceiptSerializer, act)
