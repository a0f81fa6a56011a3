"""The sums of a bill: pure functions of amounts. Every total that is shown, kept or printed comes from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from hospital.money import HUNDRED, NOTHING, from_minor, part_of, rounded, split


@dataclass(frozen=True)
class Asked:
    """A line before it is reckoned. A discount in per cent is worth more than one as an amount."""

    quantity: Decimal
    unit_amount: Decimal
    tax_percent: Decimal = NOTHING
    discount_percent: Decimal = NOTHING
    discount_amount: Decimal = NOTHING


@dataclass(frozen=True)
class Line:
    """A line with its sums: gross − discount − share = net, or with tax inside, total; net + tax = total.

    `share` is the line's part of the discount of the whole invoice.
    """

    gross: Decimal
    discount: Decimal
    share: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


@dataclass(frozen=True)
class Sums:
    """An invoice: its lines, what was taken off, and the totals, which are the sums of the lines."""

    lines: tuple[Line, ...]
    gross: Decimal
    invoice_discount: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


def gross_of(quantity: Decimal, unit_amount: Decimal) -> Decimal:
    return rounded(Fraction(quantity) * Fraction(unit_amount))


def taken_off(amount: Decimal, percent: Decimal, fixed: Decimal) -> Decimal:
    """A discount: so many per cent where there are any, else the fixed amount; never more than there is."""
    return min(amount, part_of(amount, percent) if percent else fixed)


def tax_of(base: Decimal, percent: Decimal, *, inclusive: bool) -> tuple[Decimal, Decimal]:
    """Net and tax of a base, which holds the tax or does not."""
    if not inclusive:
        return base, part_of(base, percent)
    net = rounded(Fraction(base) * 100 / (100 + Fraction(percent)))
    return net, base - net


def reckon(
    asked: Sequence[Asked],
    *,
    inclusive: bool,
    discount_percent: Decimal = NOTHING,
    discount_amount: Decimal = NOTHING,
) -> Sums:
    """All sums of an invoice. The discount of the whole is shared out among the lines before tax is reckoned."""
    gross = [gross_of(one.quantity, one.unit_amount) for one in asked]
    own = [
        taken_off(amount, one.discount_percent, one.discount_amount)
        for amount, one in zip(gross, asked, strict=True)
    ]
    left = [amount - off for amount, off in zip(gross, own, strict=True)]
    off_the_whole = taken_off(sum(left, from_minor(0)), discount_percent, discount_amount)
    shares = split(off_the_whole, left) if left else []
    lines = []
    for at, one in enumerate(asked):
        net, tax = tax_of(left[at] - shares[at], one.tax_percent, inclusive=inclusive)
        lines.append(Line(gross[at], own[at], shares[at], net, tax, net + tax))
    return Sums(
        lines=tuple(lines),
        gross=sum(gross, from_minor(0)),
        invoice_discount=off_the_whole,
        discount=sum(own, from_minor(0)) + off_the_whole,
        net=sum((line.net for line in lines), from_minor(0)),
        tax=sum((line.tax for line in lines), from_minor(0)),
        total=sum((line.total for line in lines), from_minor(0)),
    )


def covered(
    total: Decimal, *, percent: Decimal, co_payment: Decimal = NOTHING, left: Decimal | None = None
) -> Decimal:
    """What the insurer owes: after the co-payment so many per cent, and no more than is left of the limit."""
    share = part_of(max(total - co_payment, from_minor(0)), percent)
    return share if left is None else max(from_minor(0), min(share, left))


def tax_within(amount: Decimal, *, before: Decimal, tax: Decimal, total: Decimal) -> Decimal:
    """The tax in an amount that is credited of a line, of which `before` was credited already.

    The parts of a line that is credited bit by bit are, when nothing is left of it, exactly its tax.
    """
    if not total:
        return from_minor(0)

    def until(credited: Decimal) -> Decimal:
        return rounded(Fraction(tax) * Fraction(credited) / Fraction(total))

    return until(before + amount) - until(before)


def exceeds(discount: Decimal, of: Decimal, percent: Decimal) -> bool:
    """Whether a discount is more than so many per cent."""
    return discount * HUNDRED > of * percent


def pour(
    parties: Sequence[tuple[str, Decimal]], sides: Sequence[tuple[str, Decimal]]
) -> list[tuple[str, str, Decimal]]:
    """Pairs of party and side such that each has its whole amount. Both columns have the same sum."""
    pairs: list[tuple[str, str, Decimal]] = []
    left = dict(sides)
    for party, amount in parties:
        owed = amount
        for side, there in left.items():
            if part := min(owed, there):
                pairs.append((party, side, part))
                owed -= part
                left[side] = there - part
    return pairs
