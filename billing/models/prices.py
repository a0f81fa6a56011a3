"""What can be charged, what it costs, how it is taxed, and how much of it may be given away."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Department
from accounts.roles import Role
from billing.models.payers import Payer
from hospital.models import Record, RecordQuerySet
from hospital.money import HUNDRED, NOTHING, MoneyField
from patients.models.words import UNPRINTABLE, has_forbidden, tidy


class TaxClass(models.TextChoices):
    STANDARD = "standard", _("Standard rate")
    REDUCED = "reduced", _("Reduced rate")
    EXEMPT = "exempt", _("Exempt from tax")


def tidied(record: models.Model, *names: str) -> None:
    """Texts of one line, fit to be kept and printed."""
    for name in names:
        text = tidy(getattr(record, name), lines=False)
        if has_forbidden(text, lines=False):
            raise ValidationError({name: UNPRINTABLE})
        setattr(record, name, text)


def percent_field(name: Any, **options: Any) -> "models.DecimalField[Any, Any]":
    """A percentage from 0 to 100, to the thousandth."""
    limits = [MinValueValidator(0), MaxValueValidator(100)]
    return models.DecimalField(
        name, max_digits=6, decimal_places=3, validators=limits, **{"default": NOTHING} | options
    )


class TaxRateQuerySet(RecordQuerySet):
    def percents(self, on: date) -> dict[str, Decimal]:
        """The rate of each tax class that day. What is exempt is not taxed; a class without a rate is not there."""
        found = {TaxClass.EXEMPT.value: NOTHING}
        for rate in self.filter(valid_from__lte=on).order_by("valid_from"):
            found[rate.tax_class] = rate.percent
        return found


class TaxRate(Record):
    """How much tax is due on a class of services from a day on, until another rate begins."""

    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass)
    percent = percent_field(_("per cent"))
    valid_from = models.DateField(_("valid from"))

    objects = TaxRateQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tax_class", "valid_from"], name="one_tax_rate_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.get_tax_class_display()} {self.percent} %"

    def clean(self) -> None:
        if self.tax_class == TaxClass.EXEMPT:
            raise ValidationError({"tax_class": _("What is exempt has no rate.")})


class ServiceQuerySet(RecordQuerySet):
    def offered(self) -> Self:
        return self.filter(is_active=True)

    def search(self, text: str) -> Self:
        """By the beginning of the code or of the name."""
        start = " ".join(text.casefold().split())
        end = start + "\uffff"
        by_code = models.Q(code_key__gte=start, code_key__lt=end)
        return self.filter(by_code | models.Q(name_key__gte=start, name_key__lt=end)).order_by("code_key")


class Service(Record):
    """Something that can be charged, such as a consultation or an X-ray. The code is short and stable."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=200)
    code_key = models.CharField(max_length=60, editable=False, db_index=True)
    name_key = models.CharField(max_length=400, editable=False, db_index=True)
    tax_class = models.CharField(_("tax class"), max_length=10, choices=TaxClass, default=TaxClass.EXEMPT)
    is_active = models.BooleanField(_("can be charged"), default=True)
    product_key = models.CharField(
        _("medicine"),
        max_length=160,
        blank=True,
        help_text=_("The key of the product whose dispensing is charged so, by its unit"),
    )

    objects = ServiceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("keep_price_list", "Keep services, prices, tax rates and limits of discounts")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["product_key"],
                condition=models.Q(product_key__gt=""),
                name="one_service_per_product",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def clean(self) -> None:
        tidied(self, "code", "name", "product_key")
        self.code, self.product_key = self.code.upper(), self.product_key.casefold()
        if not self.code or not self.name:
            raise ValidationError({"name" if self.code else "code": _("This field is required.")})
        self.code_key, self.name_key = self.code.casefold(), self.name.casefold()

    def change(self, *, seen_version: int | None = None, **changes: Any) -> Self:
        """A new name is found under its new key."""
        if {"code", "name"} & set(changes):
            changes |= {"code_key": self.code_key, "name_key": self.name_key}
        return super().change(seen_version=seen_version, **changes)


class PriceQuerySet(RecordQuerySet):
    def in_force(self, on: date) -> Self:
        open_end = models.Q(valid_until=None) | models.Q(valid_until__gte=on)
        return self.filter(open_end, valid_from__lte=on)

    def amounts(
        self,
        services: Iterable[UUID],
        *,
        on: date,
        department_id: UUID | None = None,
        payer_id: UUID | None = None,
    ) -> dict[UUID, Decimal]:
        """What each of the services costs that day, where it has a price. One query.

        The price agreed with the payer for the department wins over that of the payer, that over the price of the
        department, and that over the general one; among several of one kind the one that began last.
        """
        best: dict[UUID, tuple[tuple[bool, bool, date], Decimal]] = {}
        for price in self.in_force(on).filter(service_id__in=list(services)):
            if price.payer_id not in {None, payer_id} or price.department_id not in {None, department_id}:
                continue
            rank = (price.payer_id is not None, price.department_id is not None, price.valid_from)
            if price.service_id not in best or rank > best[price.service_id][0]:
                best[price.service_id] = (rank, price.unit_amount)
        return {service: amount for service, (_rank, amount) in best.items()}


class Price(Record):
    """What a service costs: everywhere, in a department, or as agreed with a payer."""

    service = models.ForeignKey(
        Service, verbose_name=_("service"), on_delete=models.PROTECT, related_name="prices", db_index=False
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    payer = models.ForeignKey(
        Payer,
        verbose_name=_("payer"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
    )
    scope = models.CharField(max_length=80, editable=False)
    unit_amount = MoneyField(_("price"), validators=[MinValueValidator(0)])
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True, help_text=_("The last day"))

    objects = PriceQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["service", "scope", "valid_from"], name="one_price_per_day")
        ]

    def __str__(self) -> str:
        return str(self.unit_amount)

    def clean(self) -> None:
        self.scope = ":".join(one.hex if one else "" for one in (self.payer_id, self.department_id))
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("The last day is before the first.")})


# How much of the list prices each role may take off, in per cent, where no row says otherwise.
USUAL_LIMITS: dict[str, Decimal] = {
    Role.RECEPTIONIST: Decimal(5),
    Role.CASHIER: Decimal(10),
    Role.MANAGER: Decimal(50),
    Role.ADMINISTRATOR: HUNDRED,
}


class DiscountLimitQuerySet(RecordQuerySet):
    def of(self, role: str) -> Decimal:
        """How much of an invoice somebody in this role may take off, in per cent."""
        row = self.filter(role=role).first()
        return row.percent if row else USUAL_LIMITS.get(role, NOTHING)


class DiscountLimit(Record):
    """How much of an invoice a role may take off the list prices."""

    role = models.CharField(_("role"), max_length=20, choices=Role, unique=True)
    percent = percent_field(_("per cent"))

    objects = DiscountLimitQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("limit of discounts")
        verbose_name_plural = _("limits of discounts")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.percent} %"
