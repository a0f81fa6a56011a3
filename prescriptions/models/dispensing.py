"""What is in stock, and what was given out of it. Nothing here is changed afterwards but a taking back."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, User
from hospital.models import Record, RecordQuerySet
from patients.models import ChartEntry
from prescriptions.models.catalogue import Product
from prescriptions.models.lines import PrescriptionLine
from prescriptions.models.prescribing import Prescription


class StockQuerySet(RecordQuerySet):
    def low(self) -> Self:
        """At or under the level at which more is ordered."""
        return self.filter(is_low=True)

    def at(self, site_id: UUID) -> Self:
        return self.filter(site_id=site_id)

    def there(self, site_id: UUID, products: Iterable[Product]) -> dict[UUID, Decimal]:
        """How much of each of these products the site has."""
        rows = self.at(site_id).filter(product_id__in=[one.pk for one in products])
        return dict(rows.values_list("product_id", "on_hand"))

    def low_first(self) -> Self:
        return self.order_by("-is_low", "name_key", "id")


class Stock(Record):
    """How much of a product a site has: tablets, millilitres, pieces. Changed by conditional updates only."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    name_key = models.CharField(max_length=260, editable=False, help_text=_("That of the product, for lists"))
    on_hand = models.DecimalField(
        _("on hand"), max_digits=12, decimal_places=2, default=Decimal(0), validators=[MinValueValidator(0)]
    )
    reorder_at = models.DecimalField(
        _("order more at"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    is_low = models.BooleanField(default=False, editable=False)

    objects = StockQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("receive_stock", "Put what was delivered into stock"),
            ("count_stock", "Correct the stock after counting"),
        ]
        indexes: ClassVar = [models.Index(fields=["site", "name_key"], name="stock_site_name")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["site", "product"], name="one_stock")]

    def __str__(self) -> str:
        return str(self.pk)


class StockMovement(Record):
    """What came in or went out, and how much was there then. Never changed."""

    class Kind(models.TextChoices):
        RECEIVED = "received", _("Received")
        DISPENSED = "dispensed", _("Dispensed")
        RETURNED = "returned", _("Returned")
        COUNTED = "counted", _("Counted")

    stock = models.ForeignKey(Stock, on_delete=models.PROTECT, related_name="movements", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    change_by = models.DecimalField(_("change"), max_digits=12, decimal_places=2)
    on_hand = models.DecimalField(_("then on hand"), max_digits=12, decimal_places=2)
    because = models.CharField(_("note"), max_length=300, blank=True)
    batch = models.CharField(_("batch"), max_length=60, blank=True)
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    dispensing = models.ForeignKey(
        "Dispensing", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )

    class Meta:
        verbose_name = _("movement of stock")
        verbose_name_plural = _("movements of stock")
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["stock", "created_at", "id"], name="movement_stock")]

    def __str__(self) -> str:
        return str(self.pk)


class Dispensing(ChartEntry):
    """That something of a prescription's line was handed out; by mistake, if it was taken back."""

    TEXTS = ("because", "batch")

    prescription = models.ForeignKey(Prescription, on_delete=models.PROTECT, related_name="dispensings")
    line = models.ForeignKey(PrescriptionLine, on_delete=models.PROTECT, related_name="+", db_index=False)
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    medicine = models.CharField(_("medicine"), max_length=240, help_text=_("What was handed out"))
    quantity = models.DecimalField(_("quantity"), max_digits=9, decimal_places=2)
    quantity_unit = models.CharField(max_length=30, blank=True)
    is_substitute = models.BooleanField(_("another product"), default=False)
    because = models.CharField(_("why another product"), max_length=300, blank=True)
    batch = models.CharField(_("batch"), max_length=60, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("dispensing")
        verbose_name_plural = _("dispensings")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.pk)

    def as_facts(self) -> dict[str, Any]:
        """For the timeline and the audit: numbers and ids."""
        return {
            "line": str(self.line_id),
            "quantity": str(self.quantity),
            "product": str(self.product_id or ""),
        }
