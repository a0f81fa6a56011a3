"""Money: whole minor units in the database, Decimal in Python, one way of rounding, never a binary fraction."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

# ISO 4217: currencies whose minor unit is not a hundredth.
WITHOUT_MINOR_UNIT = frozenset(["CLP", "ISK", "JPY", "KRW", "PYG", "UGX", "VND", "XAF", "XOF", "XPF"])
IN_THOUSANDTHS = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
NOTHING = Decimal(0)
HUNDRED = Decimal(100)
MOST_DIGITS = 15  # of an amount, those behind the point included: far within 64 bits

_ST = TypeVar("_ST")
_GT = TypeVar("_GT")

if TYPE_CHECKING:

    class _Whole(models.BigIntegerField[_ST, _GT]):
        _pyi_private_set_type: Decimal | int  # type: ignore[assignment]
        _pyi_private_get_type: Decimal  # type: ignore[assignment]
        _pyi_lookup_exact_type: Decimal | int  # type: ignore[assignment]
else:
    _Whole = models.BigIntegerField


def minor_digits(currency: str = "") -> int:
    """How many digits of an amount stand behind the point; without a currency, in that of the hospital."""
    currency = currency or settings.CURRENCY
    if currency in WITHOUT_MINOR_UNIT:
        return 0
    return 3 if currency in IN_THOUSANDTHS else 2


@cache
def minor_unit(currency: str) -> Decimal:
    """The smallest amount of a currency, such as 0.01."""
    return Decimal(1).scaleb(-minor_digits(currency))


def from_minor(minor: int) -> Decimal:
    """An amount in the hospital's currency from its minor units."""
    return Decimal(minor).scaleb(-minor_digits())


def rounded(amount: Decimal | Fraction) -> Decimal:
    """The one rounding: to the minor unit, a half to the even neighbour. The line of a bill is where it is done."""
    if isinstance(amount, Fraction):
        return from_minor(
            round(amount * 10 ** minor_digits())
        )  # round() of a Fraction is exact and half-even
    return amount.quantize(minor_unit(settings.CURRENCY), rounding=ROUND_HALF_EVEN)


def to_minor(amount: Decimal | int) -> int:
    """The minor units of an amount in the hospital's currency; what is less than one is rounded."""
    return int(rounded(_plain(amount)).scaleb(minor_digits()))


def exact_minor(amount: Decimal | int) -> int:
    """The minor units of an amount that has no fraction of one; ValueError for any other."""
    minor = _plain(amount).scaleb(minor_digits())
    if minor != minor.to_integral_value():
        raise ValueError(f"{amount} is not a whole number of minor units of {settings.CURRENCY}.")
    return int(minor)


def _plain(amount: Any) -> Decimal:
    """The same as a Decimal. Binary fractions and truth values are no money."""
    if isinstance(amount, Decimal):
        if not amount.is_finite():
            raise ValueError(f"{amount} is no amount of money.")
        return amount
    if isinstance(amount, int) and not isinstance(amount, bool):
        return Decimal(amount)
    raise TypeError(f"Money is a Decimal, not a {type(amount).__name__}.")


def part_of(amount: Decimal, percent: Decimal) -> Decimal:
    """So many per cent of an amount, rounded."""
    return rounded(Fraction(amount) * Fraction(percent) / 100)


def split(amount: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """An amount shared out in proportion to the weights, by largest remainder: the parts are exactly the amount.

    Among equal remainders the earlier part is the larger. Where no weight is positive, everything goes to the first.
    """
    if not weights:
        raise ValueError("There is nobody to share with.")
    exact = [Fraction(weight) for weight in weights]
    if any(weight < 0 for weight in exact):
        raise ValueError("A weight is negative.")
    total, sign = abs(exact_minor(amount)), -1 if amount < 0 else 1
    whole = sum(exact)
    if not whole:
        return [amount if at == 0 else from_minor(0) for at in range(len(exact))]
    shares = [total * weight / whole for weight in exact]
    parts = [int(share) for share in shares]
    by_remainder = sorted(range(len(parts)), key=lambda at: (parts[at] - shares[at], at))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return [from_minor(sign * part) for part in parts]


class MoneyField(_Whole[_ST, _GT]):
    """An amount in the hospital's currency: a whole number of minor units in the column, a Decimal in Python.

    Never add to it with `F() + Decimal`: the database would add major units to minor ones. Write the new amount,
    guarded by the one that was read. Nor sum `F() + F()`: what is no column comes back in minor units.
    """

    description = _("Amount of money")

    def get_db_converters(self, connection: Any) -> list[Any]:
        """What makes the amounts of one answer: a list of invoices has hundreds."""
        digits = -minor_digits()

        def from_column(value: int | None, *_context: Any) -> Decimal | None:
            return None if value is None else Decimal(value).scaleb(digits)

        return [from_column]

    def to_python(self, value: Any) -> Decimal | None:
        """Also from a text. What has fractions of a minor unit is no amount."""
        if value is None or value == "":
            return None
        try:
            return from_minor(exact_minor(Decimal(value) if isinstance(value, str) else value))
        except (InvalidOperation, TypeError, ValueError) as error:
            said = _("“%(value)s” is not an amount in %(currency)s.")
            raise ValidationError(
                said, code="invalid", params={"value": value, "currency": settings.CURRENCY}
            ) from error

    def get_prep_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return exact_minor(value)

    def value_to_string(self, obj: Any) -> str:
        value = self.value_from_object(obj)
        return "" if value is None else str(value)

    def formfield(self, **kwargs: Any) -> Any:
        """A field for amounts, with as many places as the currency has."""
        shape: dict[str, Any] = {
            "form_class": forms.DecimalField,
            "max_digits": MOST_DIGITS,
            "decimal_places": minor_digits(),
        }
        return models.Field.formfield(self, **shape | kwargs)
