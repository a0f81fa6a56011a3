"""What stands on the shelf: received, counted, taken out, put back; never less than nothing."""

from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import Site, User
from accounts.once import Once
from hospital import clock
from hospital.errors import LostRace, Refusal, Stale
from hospital.models import one_of
from patients.models.words import UNPRINTABLE, has_forbidden, tidy
from prescriptions.dosage import plain
from prescriptions.models import Dispensing, Product, Stock, StockMovement

RECEIVE = "prescriptions.receive_stock"
COUNT = "prescriptions.count_stock"
MOST_AT_ONCE = Decimal(1_000_000)
MOST_ON_HAND = Decimal(1_000_000_000)
CENT = Decimal("0.01")
Kind = StockMovement.Kind


@service(RECEIVE)
def receive_stock(
    product: Product,
    *,
    site: Site,
    quantity: Decimal,
    batch: str = "",
    because: str = "",
    once: Once | None = None,
    by: User,
) -> Stock:
    """Put what was delivered into the stock of a site, which begins with its first delivery."""
    if once and (earlier := once.earlier(RECEIVE, by=by)):
        known: Stock = Stock.objects.get(pk=earlier)
        return known
    amount = read_amount(quantity, field="quantity")
    if not product.is_active:
        raise Refusal(_("This product was withdrawn from the catalogue."), code="not_offered")
    stock = stock_of(product, site) or _begin(product, site)
    _move(stock, amount, Kind.RECEIVED, because=because, batch=batch, by=by)
    if once:
        once.done(RECEIVE, stock, by=by)
    return stock


@service(COUNT)
def count_stock(stock: Stock, *, counted: Decimal, because: str, seen_version: int | None, by: User) -> Stock:
    """Write down what was counted. Raises Stale when something came in or went out since `seen_version`."""
    amount = read_amount(counted, field="counted", least=Decimal(0), most=MOST_ON_HAND)
    if not tidy(because, lines=False):
        raise ValidationError({"because": _("Say why, such as: yearly count, broken, out of date.")})
    _take_latest(stock)
    if seen_version is not None and seen_version != stock.version:
        said = _("Something came in or went out while you counted: now %(n)s should be there. Count again.")
        raise Stale(said % {"n": plain(stock.on_hand)})
    _move(stock, amount - stock.on_hand, Kind.COUNTED, because=because, by=by)
    return stock


@service(COUNT)
def set_reorder_level(
    stock: Stock, *, reorder_at: Decimal | None, seen_version: int | None = None, by: User
) -> Stock:
    """Say at how much more has to be ordered; None: nobody has to be told."""
    level = reorder_at
    if level is not None:
        level = read_amount(level, field="reorder_at", least=Decimal(0), most=MOST_ON_HAND)
    note(reorder_at=plain(level))
    stock.change(seen_version=seen_version, reorder_at=level, is_low=_is_low(stock.on_hand, level))
    return stock


def take_out(dispensing: Dispensing, product: Product, *, site: Site, field: str, by: User) -> None:
    """What is handed out leaves the stock. Refused with `not_enough_stock`, and with how much is there."""
    stock = stock_of(product, site)
    there = stock.on_hand if stock else Decimal(0)
    if stock is None or there < dispensing.quantity:
        raise NotEnough(product, there, line_id=dispensing.line_id, field=field)
    _move(stock, -dispensing.quantity, Kind.DISPENSED, batch=dispensing.batch, dispensing=dispensing, by=by)


def put_back(dispensing: Dispensing, *, because: str, by: User) -> None:
    """What was handed out by mistake stands on the shelf again."""
    stock: Stock = Stock.objects.get(site_id=dispensing.site_id, product=dispensing.product)
    _move(
        stock,
        dispensing.quantity,
        Kind.RETURNED,
        because=because,
        batch=dispensing.batch,
        dispensing=dispensing,
        by=by,
    )


class NotEnough(Refusal):
    """Less is there than was asked for. What is there is offered."""

    code = "not_enough_stock"

    def __init__(self, product: Product, there: Decimal, *, line_id: UUID, field: str) -> None:
        words = {"product": product, "n": plain(there)}
        text = (
            _("Of %(product)s only %(n)s are in stock.") if there else _("Of %(product)s none is in stock.")
        )
        offers = [{"line_id": str(line_id), "quantity": plain(there)}] if there else []
        super().__init__(text % words, field=field, offers=offers)


def read_amount(
    value: Decimal, *, field: str, least: Decimal = CENT, most: Decimal = MOST_AT_ONCE
) -> Decimal:
    """The amount, exact to hundredths, or a ValidationError on the field."""
    try:
        amount = Decimal(value)
        is_exact = amount == amount.quantize(CENT)
    except InvalidOperation as error:
        raise ValidationError({field: _("Write a number.")}) from error
    if not is_exact:
        raise ValidationError({field: _("At most two digits after the point.")})
    if not least <= amount <= most:
        words = {"least": plain(least), "most": f"{most:,}"}
        said = _("From %(least)s to %(most)s.") if least != CENT else _("More than 0, at most %(most)s.")
        raise ValidationError({field: said % words})
    return amount


def stock_of(product: Product, site: Site) -> Stock | None:
    found: Stock | None = one_of(Stock.objects.at(site.pk).filter(product_id=product.pk))
    return found


def _begin(product: Product, site: Site) -> Stock:
    try:
        return Stock(site=site, product=product, name_key=product.name_key).add()
    except IntegrityError as error:
        raise LostRace("Its first delivery came in a moment ago.") from error


def _take_latest(stock: Stock) -> None:
    stock.refresh_from_db(fields=["on_hand", "reorder_at", "is_low", "version"])


def _is_low(on_hand: Decimal, reorder_at: Decimal | None) -> bool:
    return reorder_at is not None and on_hand <= reorder_at


def _move(
    stock: Stock,
    change_by: Decimal,
    kind: str,
    *,
    by: User,
    because: str = "",
    batch: str = "",
    dispensing: Dispensing | None = None,
) -> None:
    """Change what is on hand and write the movement.

    `stock` was read in this transaction. The conditional UPDATE on its version decides who was first, and the
    slower one is tried again. Not `F() - n`: SQLite would reckon with floating point, and 0.7 - 0.6 is not 0.1.
    """
    then = stock.on_hand + change_by
    if then > MOST_ON_HAND:
        raise ValidationError({"quantity": _("So much does not fit on any shelf.")})
    changes = {"on_hand": then, "is_low": _is_low(then, stock.reorder_at)}
    seen = Stock.objects.filter(pk=stock.pk, version=stock.version)
    changes |= {"version": stock.version + 1, "updated_at": clock.now()}
    if then < 0 or not seen.update(**changes):
        raise LostRace("Somebody moved this stock a moment ago.")
    for name, value in changes.items():
        setattr(stock, name, value)
    note(on_hand=plain(then))
    StockMovement(
        stock=stock,
        kind=kind,
        change_by=change_by,
        on_hand=then,
        because=_line(because, "because"),
        batch=_line(batch, "batch"),
        moved_by=by,
        dispensing=dispensing,
    ).add()


def _line(text: str, field: str) -> str:
    text = tidy(text, lines=False)
    if has_forbidden(text, lines=False):
        raise ValidationError({field: UNPRINTABLE})
    return text
