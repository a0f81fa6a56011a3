"""JSON of the stock."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Site
from prescriptions.models import Product, Stock, StockMovement


class StockSerializer(serializers.ModelSerializer[Stock]):
    """How much of a product a site has, in the units that are handed out."""

    product = serializers.UUIDField(source="product_id")
    product_name = serializers.CharField(source="product.name")
    site = serializers.UUIDField(source="site_id")

    class Meta:
        model = Stock
        fields = ("id", "site", "product", "product_name", "on_hand", "reorder_at", "is_low", "version")
        read_only_fields = fields


class MovementSerializer(serializers.ModelSerializer[StockMovement]):
    """What came in or went out. `on_hand`: how much was there then; `dispensing`: for which handing out."""

    dispensing = serializers.UUIDField(source="dispensing_id", allow_null=True)
    moved_by = serializers.UUIDField(source="moved_by_id")

    class Meta:
        model = StockMovement
        fields = (
            *("id", "kind", "change_by", "on_hand", "batch", "because"),
            *("dispensing", "moved_by", "created_at"),
        )
        read_only_fields = fields


@extend_schema_field({"type": "string", "format": "uuid"})
class Known(serializers.PrimaryKeyRelatedField[Any]):
    """The id of a row that there is."""


class ReceiveSerializer(serializers.Serializer[Any]):
    """What was delivered; `site` may be left out where there is only one."""

    product = Known(queryset=Product.objects.all())
    site = Known(queryset=Site.objects.all(), required=False)
    quantity = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)
    batch = serializers.CharField(max_length=60, required=False, default="", allow_blank=True)
    because = serializers.CharField(
        max_length=300,
        required=False,
        default="",
        allow_blank=True,
        help_text="Such as the delivery’s number",
    )


class CountSerializer(serializers.Serializer[Any]):
    """What was counted, and why somebody counted."""

    counted = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0)
    because = serializers.CharField(max_length=300)


class LevelSerializer(serializers.Serializer[Any]):
    """At how much more is ordered; null: nobody has to be told."""

    reorder_at = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=0, allow_null=True)
