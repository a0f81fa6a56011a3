"""Money: what was issued and received, for what, by whom and in which way."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import places
from analytics.daily import Live, Period
from analytics.models import MoneyDay, RevenueDay, Topic
from analytics.reports.figures import Definition, Unit, figures, share
from analytics.reports.statistics import Statistics, over_time, waiting_in
from analytics.reports.tables import Column, Row, Table, by_time, doctor_names, rows_of, together
from analytics.reports.visits import Sums, days_of, department_name
from billing.models import Method, Payer, Service
from billing.reports import ageing

NET = _(
    "What was issued less what was credited, with tax, by the date of the paper. What is made void is credited."
)


def issued(sums: Sums) -> Any:
    return sums.get("issued_amount", 0) - sums.get("credited_amount", 0)


def received(sums: Sums) -> Any:
    return sums.get("received_amount", 0) - sums.get("refunded_amount", 0)


DEFINITIONS = (
    Definition("revenue", _("Revenue"), Unit.MONEY, NET, issued),
    Definition(
        "received",
        _("Received"),
        Unit.MONEY,
        _(
            "Payments and deposits less refunds that were paid out. What is paid from a deposit came in with the deposit."
        ),
        received,
    ),
    Definition(
        "collection_rate",
        _("Collection rate"),
        Unit.SHARE,
        _(
            "What was received as a share of the revenue of the same days. Bills are often paid later than they are "
            "issued, so that it can be more than all."
        ),
        lambda sums: share(received(sums), issued(sums)),
    ),
    Definition(
        "credited",
        _("Credited"),
        Unit.MONEY,
        _("Credit notes, by their date. An invoice that is made void gets one of what is left of it."),
        lambda sums: sums.get("credited_amount", 0),
    ),
)


OF_ALL_ONLY = {"received", "collection_rate"}  # nobody knows what is paid for which department or doctor
TAX = Column("tax", _("Tax in it"), Unit.MONEY, lambda sums: sums.get("tax_amount", 0), is_kept=False)  # type: ignore[arg-type]


def revenue_of(period: Period, today: date) -> Statistics:
    """The figures of a period and of as many days before; what is owed is that of today. About thirty queries."""
    live, earlier = Live(Topic.MONEY, period), Live(Topic.MONEY, period.before)
    is_part = period.department_id is not None or period.doctor_id is not None
    issued_on = live.sums(RevenueDay, by=("day",)).found
    received_on = {} if is_part else live.sums(MoneyDay, by=("day",)).found
    totals = together(
        {0: {}, **issued_on, **{(key, ""): one for key, one in received_on.items()}}, lambda _key: 0
    )[0]
    before = earlier.sums(RevenueDay).total() | ({} if is_part else earlier.sums(MoneyDay).total())
    wanted = [one for one in DEFINITIONS if not (is_part and one.key in OF_ALL_ONLY)]
    by_day = _by_day(period, issued_on, received_on, with_received=not is_part)
    return Statistics(
        period,
        figures(wanted, totals, before),
        over_time("money", by_day, ("revenue", "received")),
        (by_day, *_revenue_tables(live), *(() if is_part else (_methods(live), _owed(period, today)))),
        waiting_in(live, earlier),
        live.counted_at,
        (
            gettext(
                "What is received is not known by department or doctor; it is shown without these filters."
            ),
        )
        if is_part
        else (),
    )


def _by_day(
    period: Period, issued_on: Mapping[Any, Sums], received_on: Mapping[Any, Sums], *, with_received: bool
) -> Table:
    days = [
        (day, dict(issued_on.get((day,), {})) | dict(received_on.get((day,), {}))) for day in days_of(period)
    ]
    label, found = by_time(days)
    columns = [
        Column("revenue", gettext("Revenue"), Unit.MONEY, issued),
        Column("received", gettext("Received"), Unit.MONEY, received),
        Column(
            "credited",
            gettext("Credited"),
            Unit.MONEY,
            lambda sums: sums.get("credited_amount", 0),
            is_kept=False,
        ),
    ]
    shown = tuple(one for one in columns if with_received or one.key != "received")
    rows = rows_of(found, shown, lambda day: date_format(day, "D j M Y"))
    return Table("days", gettext("Over time"), str(NET), label, shown, rows)


def _revenue_tables(live: Live) -> Iterable[Table]:
    """All four of them from one query: the days are read once."""
    found = live.sums(RevenueDay, by=("service_id", "department_id", "doctor_id", "payer_id")).found
    services, departments, doctors, payers = (together(found, itemgetter(at)) for at in range(4))
    nobody = gettext("Patients themselves")
    return (
        _ranked("services", gettext("By service"), services, _names(Service, services, gettext("By hand"))),
        _ranked("departments", gettext("By department"), departments, department_name, leads_to="department"),
        _ranked("doctors", gettext("By doctor"), doctors, doctor_names(doctors), leads_to="doctor"),
        _ranked("payers", gettext("By payer"), payers, _names(Payer, payers, nobody), says=_PAYERS_SAY),
    )


_PAYERS_SAY = _("By the payer of the policy on the invoice, also where patients pay a part themselves.")


def _names(model: Any, ids: Iterable[UUID | None], nothing: str) -> Callable[[Any], str]:
    wanted = [pk for pk in ids if pk is not None]
    found = dict(model.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
    return lambda pk: found.get(pk, nothing)


def _ranked(
    key: str,
    title: str,
    found: Mapping[Any, Sums],
    name_of: Callable[[Any], str],
    *,
    leads_to: str = "",
    says: Any = NET,
) -> Table:
    whole = sum((issued(sums) for sums in found.values()), 0)
    columns = (
        Column("revenue", gettext("Revenue"), Unit.MONEY, issued),
        Column("share", gettext("Share"), Unit.SHARE, lambda sums: share(issued(sums), whole)),
        Column("lines", gettext("Lines"), Unit.COUNT, lambda sums: sums.get("lines", 0), is_kept=False),
        TAX,
    )
    rows = rows_of(found, columns, name_of, most_first=0)
    return Table(key, title, str(says), gettext("Name"), columns, rows, bar="revenue", leads_to=leads_to)


def _methods(live: Live) -> Table:
    found = {key[0]: sums for key, sums in live.sums(MoneyDay, by=("method",)).found.items()}
    columns = (
        Column("received", gettext("Received"), Unit.MONEY, received),
        Column("payments", gettext("Payments"), Unit.COUNT, lambda sums: sums.get("payments", 0)),
        Column(
            "refunded",
            gettext("Refunded"),
            Unit.MONEY,
            lambda sums: sums.get("refunded_amount", 0),
            is_kept=False,
        ),
    )
    rows = rows_of(found, columns, lambda key: str(Method(key).label), most_first=0)
    says = gettext("By the way in which it was paid. Refunds count for the way in which the money came in.")
    return Table("methods", gettext("By method"), says, gettext("Method"), columns, rows, bar="received")


def _owed(period: Period, today: date) -> Table:
    """By how long it has been owed, now: what was owed on another day is not kept."""
    site = places.site(period.site_id) if period.site_id else None
    columns = (
        Column("amount", gettext("Owed"), Unit.MONEY, lambda sums: sums["amount"]),
        Column("patients", gettext("By patients"), Unit.MONEY, lambda sums: sums["patients"], is_kept=False),
        Column("payers", gettext("By payers"), Unit.MONEY, lambda sums: sums["payers"], is_kept=False),
        Column("invoices", gettext("Invoices"), Unit.COUNT, lambda sums: sums["invoices"]),
    )
    rows = []
    for at, pile in enumerate(ageing(today, site=site, most_debtors=0).piles):
        values = (pile.amount, pile.patients_amount, pile.payers_amount, pile.invoices)
        rows.append(Row(str(at), pile.label, values))
    says = gettext("What is owed today, by the days since it was due, whatever the period above is.")
    return Table(
        "owed", gettext("Outstanding by age"), says, gettext("Age"), columns, tuple(rows), bar="amount"
    )
