"""The till of a cashier: from its float to its count, and what of the money came while it was open."""

from decimal import Decimal
from typing import ClassVar, NoReturn, Self

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Site, User
from billing.models.invoices import never_deleted
from billing.models.prices import tidied
from hospital import clock
from hospital.errors import LostRace
from hospital.models import RecordQuerySet, StatefulRecord
from hospital.money import NOTHING, MoneyField

SEES_ALL = "billing.close_any_till"


class TillQuerySet(RecordQuerySet):
    def visible_to(self, user: User) -> Self:
        """The own ones; of everybody for those who may close them."""
        visible = super().visible_to(user)
        return visible if user.has_perm(SEES_ALL) else visible.filter(cashier_id=user.pk)

    def delete(self) -> NoReturn:
        never_deleted()

    def open_of(self, user: User) -> Self:
        return self.filter(cashier_id=user.pk, status=Till.Status.OPEN)


class Till(StatefulRecord):
    """What one cashier has in cash. One is open at a time, which a unique key decides.

    What comes in and goes out moves by a guarded update in the transaction of the payment: nothing slips between the
    last payment and the count.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    MOVES = {Status.OPEN: frozenset({Status.CLOSED}), Status.CLOSED: frozenset()}

    number = models.CharField(_("number"), max_length=30, unique=True, editable=False)
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    cashier = models.ForeignKey(
        User, verbose_name=_("cashier"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.OPEN, editable=False)
    opened_at = models.DateTimeField(_("opened"), default=clock.now, editable=False)
    opened_on = models.DateField(_("date"), editable=False, help_text=_("On the site’s calendar"))
    float_amount = MoneyField(_("float"), validators=[MinValueValidator(0)])
    taken_amount = MoneyField(_("cash taken"), default=NOTHING, editable=False)
    given_amount = MoneyField(_("cash given back"), default=NOTHING, editable=False)
    counted_amount = MoneyField(_("counted"), null=True, editable=False)
    difference_because = models.CharField(_("why it differs"), max_length=300, blank=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_by = models.ForeignKey(
        User,
        verbose_name=_("closed by"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        editable=False,
        db_index=False,
    )

    objects = TillQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("till")
        verbose_name_plural = _("tills")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("open_till", "Open a till of one’s own"),
            ("close_till", "Count and close the own till"),
            ("close_any_till", "See and close the tills of others"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["cashier"], condition=models.Q(status__in=["open"]), name="till_open_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["opened_at", "id"], name="till_opened"),
            models.Index(fields=["cashier", "opened_at"], name="till_cashier"),
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        tidied(self, "difference_because")
        if self.float_amount < 0:
            raise ValidationError({"float_amount": _("An amount, or nothing.")})

    @property
    def is_open(self) -> bool:
        return self.status == Till.Status.OPEN

    @property
    def expected_amount(self) -> Decimal:
        """What has to be in it: the float and what came in, less what went out."""
        return self.float_amount + self.taken_amount - self.given_amount

    @property
    def difference_amount(self) -> Decimal:
        """What was counted too much; negative is missing. Nothing before it is counted."""
        return NOTHING if self.counted_amount is None else self.counted_amount - self.expected_amount

    def move(self, *, taken: Decimal = NOTHING, given: Decimal = NOTHING) -> None:
        """Add what came in or went out; LostRace when somebody was faster, or has closed it."""
        changes = {
            "taken_amount": self.taken_amount + taken,
            "given_amount": self.given_amount + given,
            "version": self.version + 1,
            "updated_at": clock.now(),
        }
        seen = Till.objects.filter(pk=self.pk, version=self.version, status=Till.Status.OPEN)
        if not seen.update(**changes):
            raise LostRace("Somebody else has just used this till.")
        for name, value in changes.items():
            setattr(self, name, value)
