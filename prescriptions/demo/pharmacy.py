"""The pharmacy of the demonstration: stock of every product, and what was handed out of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from accounts.models import Site, User
from hospital import clock
from prescriptions.demo.patients import Planted
from prescriptions.models import Dispensing, Prescription, PrescriptionLine, Product, Stock, StockMovement

BATCH = 500
FIRST_DELIVERY, LAST_DELIVERY = timedelta(days=240), timedelta(days=200)
SHARE_LOW, SHARE_EMPTY, SHARE_WATCHED = 0.04, 0.01, 0.3
ONE_PACK = {"inhaler": 6, "tube": 8, "bottle": 8, "ml": 200}
Status, Kind = Prescription.Status, StockMovement.Kind


class Pharmacy:
    """What is handed out is noted first; the shelves are filled so that there was enough of it at any time."""

    def __init__(self, site: Site, pharmacist: User, random: Random) -> None:
        self.site, self.pharmacist, self.random = site, pharmacist, random
        self.handed_out: list[Dispensing] = []

    def hand_out(self, made: Planted, at: datetime, *, first_only: bool = False) -> None:
        """All lines, or the first alone, at a moment before now."""
        one = made.prescription
        for line in made.lines[: 1 if first_only else None]:
            self.handed_out.append(self._dispensing(one, line, at))
            line.dispensed, line.version = line.quantity, line.version + 1
        if one.status != Status.STOPPED:
            is_rest = first_only and len(made.lines) > 1
            one.status = Status.PARTLY if is_rest else Status.DISPENSED
        one.version, one.updated_at = one.version + 1, max(at, one.updated_at)

    def _dispensing(self, one: Prescription, line: PrescriptionLine, at: datetime) -> Dispensing:
        return Dispensing(
            patient_id=one.patient_id,
            recorded_by=self.pharmacist,
            prescription=one,
            line=line,
            product=line.product,
            medicine=line.medicine,
            quantity=line.quantity,
            quantity_unit=line.quantity_unit,
            batch=f"DEMO{self.random.randrange(1000, 9999)}" if self.random.random() < SHARE_WATCHED else "",
            site=self.site,
            created_at=at,
            updated_at=at,
        )

    def keep(self, products: Iterable[Product]) -> int:
        """Insert what was handed out, the stock, and how it came to be. Returns how many products there are."""
        out: dict[object, list[Dispensing]] = defaultdict(list)
        for one in sorted(self.handed_out, key=lambda one: one.created_at):
            out[one.product_id].append(one)
        shelves, moved = [], []
        for product in products:
            stock = Stock(site=self.site, product=product, name_key=product.name_key)
            movements = list(self._movements(stock, product, out[product.pk]))
            stock.on_hand = movements[-1].on_hand
            stock.reorder_at = self._level(stock.on_hand)
            stock.is_low = stock.reorder_at is not None and stock.on_hand <= stock.reorder_at
            stock.version = 1 + len(movements)
            shelves.append(stock)
            moved += movements
        Dispensing.objects.bulk_create(self.handed_out, batch_size=BATCH)
        Stock.objects.bulk_create(shelves, batch_size=BATCH)
        StockMovement.objects.bulk_create(moved, batch_size=BATCH)
        return len(shelves)

    def _movements(self, stock: Stock, product: Product, out: list[Dispensing]) -> Iterator[StockMovement]:
        needed = sum((one.quantity for one in out), Decimal(0))
        unit = out[0].quantity_unit if out else product.prescribable.units[0]
        there = Decimal(0)
        now = clock.now()
        for ago, amount in ((FIRST_DELIVERY, needed), (LAST_DELIVERY, self._rest(unit))):
            if amount:
                there += amount
                yield self._movement(stock, Kind.RECEIVED, amount, there, now - ago)
        if not there:
            yield self._movement(stock, Kind.RECEIVED, Decimal(1), Decimal(1), now - FIRST_DELIVERY)
            yield self._movement(stock, Kind.COUNTED, Decimal(-1), there, now - LAST_DELIVERY)
        for one in out:
            there -= one.quantity
            yield self._movement(stock, Kind.DISPENSED, -one.quantity, there, one.created_at, one)

    def _rest(self, unit: str) -> Decimal:
        """What is left on the shelf today."""
        drawn, pack = self.random.random(), ONE_PACK.get(unit, 20)
        if drawn < SHARE_EMPTY:
            return Decimal(0)
        packs = 1 if drawn < SHARE_EMPTY + SHARE_LOW else self.random.randrange(4, 40)
        return Decimal(pack * packs)

    def _level(self, on_hand: Decimal) -> Decimal | None:
        is_watched = on_hand <= 20 or self.random.random() < SHARE_WATCHED
        return Decimal(40) if is_watched else None

    def _movement(
        self,
        stock: Stock,
        kind: str,
        change_by: Decimal,
        on_hand: Decimal,
        at: datetime,
        dispensing: Dispensing | None = None,
    ) -> StockMovement:
        because = "Planted for the demonstration" if dispensing is None else ""
        return StockMovement(
            stock=stock,
            kind=kind,
            change_by=change_by,
            on_hand=on_hand,
            because=because,
            batch=dispensing.batch if dispensing else "",
            moved_by=self.pharmacist,
            dispensing=dispensing,
            created_at=at,
            updated_at=at,
        )
