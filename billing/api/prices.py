"""The JSON doors of the price list, of payers and of what they have agreed to pay."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import places
from billing import services
from billing.api import examples
from billing.api.doors import IF_MATCH, MoneyViewSet
from billing.api.filters import OfPatientFilter, PriceListFilter
from billing.models import Payer, Policy, Price, Service
from billing.serializers.reading import (
    PayerSerializer,
    PolicySerializer,
    PriceSerializer,
    ServiceSerializer,
)
from billing.serializers.writing import AddServiceSerializer, EditServiceSerializer, SetPriceSerializer
from hospital import clock
from hospital.db import atomic


def put_prices(rows: list[Any], **whose: Any) -> list[Any]:
    """Each service with its price of today as `unit_amount`; None where it has none."""
    today = clock.today(places.first_site().time_zone)
    prices = Price.objects.amounts([one.pk for one in rows], on=today, **whose)
    for one in rows:
        one.unit_amount = prices.get(one.pk)
    return rows


class PriceListViewSet(MoneyViewSet):
    """What can be charged, and what it costs."""

    queryset = Service.objects.all()
    serializer_class = ServiceSerializer
    filterset_class = PriceListFilter
    ordering = ("code_key",)
    needs = {
        "list": "billing.view_service",
        "retrieve": "billing.view_service",
        "create": "billing.keep_price_list",
        "update": "billing.keep_price_list",
        "prices": "billing.keep_price_list",
    }

    @extend_schema(examples=[examples.PRICED])
    def list(self, request: Request) -> Response:
        """Services with their prices of today, by their codes: those of a `department` or a `payer` where asked."""
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        asked = request.query_params
        whose = {f"{name}_id": UUID(asked[name]) for name in ("department", "payer") if asked.get(name)}
        return self.get_paginated_response(ServiceSerializer(put_prices(list(rows), **whose), many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One service with its price of today."""
        return self._priced(self.get_object())

    @extend_schema(
        request=AddServiceSerializer, responses={201: ServiceSerializer}, examples=[examples.NEW_SERVICE]
    )
    def create(self, request: Request) -> Response:
        """Put something on the price list, with what it costs from today on."""
        given = self.validated(AddServiceSerializer)
        amount = given.pop("unit_amount")
        with atomic():
            added = services.add_service(**given, by=self.user)
            if amount is not None:
                today = clock.today(places.first_site().time_zone)
                services.set_price(added, unit_amount=amount, valid_from=today, by=self.user)
        return self._priced(added, 201)

    @extend_schema(request=EditServiceSerializer, parameters=[IF_MATCH])
    def update(self, request: Request, pk: str) -> Response:
        """Change its name, its tax class, or whether it can be charged. Send If-Match, or `version` in the body."""
        one = self.get_object()
        seen = self.seen_version(one)
        given = self.validated(EditServiceSerializer)
        return self._priced(services.edit_service(one, **given, seen_version=seen, by=self.user))

    @extend_schema(
        request=SetPriceSerializer, responses={201: PriceSerializer}, examples=[examples.NEW_PRICE]
    )
    def prices(self, request: Request, pk: str) -> Response:
        """Say what it costs from a day on. A price that began earlier ends by itself."""
        one = self.get_object()
        price = services.set_price(one, **self.validated(SetPriceSerializer), by=self.user)
        return Response(PriceSerializer(price).data, status=201)

    def _priced(self, one: Service, status: int = 200) -> Response:
        return self.reply(put_prices([one])[0], status)


class PayerViewSet(MoneyViewSet):
    """Insurers, employers and offices that pay for patients."""

    queryset = Payer.objects.all()
    serializer_class = PayerSerializer
    ordering = ("code",)
    needs = {"list": "billing.view_payer"}

    def list(self, request: Request) -> Response:
        """Who pays besides the patients, by code."""
        return super().list(request)


class PolicyViewSet(MoneyViewSet):
    """What payers have agreed to pay for patients."""

    queryset = Policy.objects.select_related("payer")
    serializer_class = PolicySerializer
    filterset_class = OfPatientFilter
    ordering = ("-id",)
    about_patients = True
    needs = {"list": "billing.view_policy"}

    def list(self, request: Request) -> Response:
        """Policies, written down last first. `patient=…`: those that a draft for this patient can name."""
        return super().list(request)
