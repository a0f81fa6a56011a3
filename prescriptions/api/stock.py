"""The stock for other systems: `/api/v1/stock`."""

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import places
from hospital.api import RecordViewSet
from prescriptions import services
from prescriptions.filters import StockFilter
from prescriptions.models import Stock, StockMovement
from prescriptions.serializers.stock import (
    CountSerializer,
    LevelSerializer,
    MovementSerializer,
    ReceiveSerializer,
    StockSerializer,
)

DELIVERY = OpenApiExample(
    "A delivery",
    value={
        "product": "0199f0c1-2d3e-7a4b-8c5d-6e7f8a9b0c1d",
        "quantity": "200",
        "batch": "B7431",
        "because": "Delivery 4711",
    },
    request_only=True,
)
COUNTED = OpenApiExample(
    "Three are missing",
    value={"counted": "197", "because": "Yearly count", "version": 4},
    request_only=True,
)


class StockViewSet(RecordViewSet):
    """What the pharmacy has. It goes down when something is dispensed, and is never less than nothing."""

    queryset = Stock.objects.select_related("product")
    serializer_class = StockSerializer
    filterset_class = StockFilter
    ordering_fields: tuple[str, ...] = ("name_key", "on_hand", "id")
    ordering: tuple[str, ...] = ("name_key",)
    needs = {
        "list": "prescriptions.view_stock",
        "retrieve": "prescriptions.view_stock",
        "movements": "prescriptions.view_stock",
        "receive": "prescriptions.receive_stock",
        "count": "prescriptions.count_stock",
        "reorder_level": "prescriptions.count_stock",
    }

    def list(self, request: Request) -> Response:
        """What is in stock, by the products' names. `is_low=true`: what has to be ordered."""
        return super().list(request)

    def retrieve(self, request: Request, pk: str) -> Response:
        """One product at one site."""
        return super().retrieve(request, pk)

    @extend_schema(responses={200: MovementSerializer(many=True)}, filters=False)
    def movements(self, request: Request, pk: str) -> Response:
        """What came in and went out, the latest first. The sum of all changes is what is on hand."""
        stock = self.get_object()
        self.ordering, self.ordering_fields = ("-id",), ("id",)
        shown = self.paginate_queryset(StockMovement.objects.filter(stock_id=stock.pk)) or []
        return self.get_paginated_response(MovementSerializer(shown, many=True).data)

    @extend_schema(request=ReceiveSerializer, responses={201: StockSerializer}, examples=[DELIVERY])
    def receive(self, request: Request) -> Response:
        """Put a delivery into stock. With an Idempotency-Key the same request is carried out once."""
        delivery = self.validated(ReceiveSerializer)
        product, site = delivery.pop("product"), delivery.pop("site", None) or places.first_site()
        once = self.once(self.written)
        stock = services.receive_stock(product, site=site, once=once, by=self.user, **delivery)
        return self.reply(stock, status=201, body=once.answer if once else None)

    @extend_schema(request=CountSerializer, responses={200: StockSerializer}, examples=[COUNTED])
    def count(self, request: Request, pk: str) -> Response:
        """Correct the stock after counting. Refused when something came in or went out since that version."""
        stock = self.get_object()
        counting = self.validated(CountSerializer)
        seen = self.seen_version(stock)
        return self.reply(services.count_stock(stock, seen_version=seen, by=self.user, **counting))

    @extend_schema(request=LevelSerializer, responses={200: StockSerializer})
    def reorder_level(self, request: Request, pk: str) -> Response:
        """Say at how much more is ordered."""
        stock = self.get_object()
        level = self.validated(LevelSerializer)
        seen = self.version_if_sent(stock)
        return self.reply(services.set_reorder_level(stock, seen_version=seen, by=self.user, **level))
