"""Patients: how old, of which sex, from where; small groups are not told."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Max, Sum
from django.utils.translation import gettext

from analytics.models import PeopleGroup
from analytics.reports.figures import Unit, share
from analytics.reports.tables import Column, Row, Table
from hospital import clock
from patients.models import Patient

FEW = 5  # of a group with fewer patients nobody is told how many they are
BAND = 5  # years
OLDEST = 90  # who is older is in the last band
Kind = PeopleGroup.Kind
Key = TypeVar("Key", int, str)


@dataclass(frozen=True)
class People:
    """Groups with how many patients they are; None is not told. As counted at `counted_at`, None before the first count.

    `patients` are those in `sexes`. A sex with fewer than FEW patients is in nothing that is told: `has_left_out`.
    """

    counted_at: datetime | None
    patients: int
    has_left_out: bool
    bands: Mapping[int, Mapping[str, int | None]]
    sexes: Mapping[str, int]
    areas: Mapping[str, int | None]


def people_of() -> People:
    """Three queries. Of all sites together: what is left out at one could be reckoned from the others."""
    rows = PeopleGroup.objects.order_by()
    counted_at = rows.aggregate(at=Max("counted_at"))["at"]
    years = rows.filter(kind=Kind.AGE).values("sex", "birth_year").annotate(number=Sum("patients"))
    this_year = (counted_at or clock.now()).year
    ages: dict[str, dict[int, int]] = defaultdict(lambda: dict.fromkeys(range(0, OLDEST + 1, BAND), 0))
    for row in years:
        ages[row["sex"]][min(OLDEST, (this_year - (row["birth_year"] or this_year)) // BAND * BAND)] += row[
            "number"
        ]
    sexes = {sex: sum(column.values()) for sex, column in sorted(ages.items())}
    told = {sex: number for sex, number in sexes.items() if number >= FEW}
    areas = rows.filter(kind=Kind.AREA).values("area").annotate(number=Sum("patients"))
    columns = {sex: _told(ages[sex]) for sex in told}
    return People(
        counted_at,
        sum(told.values()),
        told != sexes,
        {since: {sex: columns[sex][since] for sex in told} for since in range(0, OLDEST + 1, BAND)},
        told,
        _told({row["area"]: row["number"] for row in areas}, always=told != sexes),
    )


def _told(numbers: Mapping[Key, int], *, always: bool = False) -> dict[Key, int | None]:
    """What may be told of groups whose sum is known.

    Few are hidden, and then the next smallest too until two or more are hidden that are not few together: else the
    sum would tell them. `always` hides one even if none is few. That there is nobody is told.
    """
    hidden = {key for key, number in numbers.items() if 0 < number < FEW}
    others = sorted((number, key) for key, number in numbers.items() if number >= FEW)
    if hidden or always:
        while others and (len(hidden) < 2 or sum(numbers[key] for key in hidden) < FEW):
            hidden.add(others.pop(0)[1])
    return {key: None if key in hidden else number for key, number in numbers.items()}


def tables_of(people: People) -> tuple[Table, ...]:
    return (_pyramid(people), _sexes(people), _areas(people))


def _few() -> str:
    return gettext("not told")


def _note() -> str:
    return gettext("Not told: fewer than %(few)d patients, or from which such a group could be reckoned.") % {
        "few": FEW
    }


def _counts(label: str, key: str = "patients") -> Column:
    return Column(key, label, Unit.COUNT, lambda _sums: None)


def _pyramid(people: People) -> Table:
    names = dict(Patient.Sex.choices)
    rows = tuple(
        Row(str(since), _band(since), tuple(groups.values())) for since, groups in people.bands.items()
    )
    columns = tuple(_counts(str(names.get(sex, sex)), sex) for sex in people.sexes)
    return Table(
        "ages",
        gettext("By age and sex"),
        gettext("Age in years by the year of birth; patients who are neither dead nor deactivated."),
        gettext("Years"),
        columns,
        rows,
        bar="*",
        note=_note() if any(None in row.values for row in rows) else "",
        few=_few(),
    )


def _band(since: int) -> str:
    if since == OLDEST:
        return gettext("%(age)d and older") % {"age": OLDEST}
    return f"{since}–{since + BAND - 1}"


def _sexes(people: People) -> Table:
    names = dict(Patient.Sex.choices)
    rows = tuple(
        Row(sex, str(names.get(sex, sex)), (number, share(number, people.patients)))
        for sex, number in people.sexes.items()
    )
    columns = (
        _counts(gettext("Patients")),
        Column("share", gettext("Share"), Unit.SHARE, lambda _sums: None),
    )
    left_out = gettext("Of a sex with fewer than %(few)d patients nothing is told.") % {"few": FEW}
    says = gettext("As it stands in the record.")
    note = left_out if people.has_left_out else ""
    return Table("sexes", gettext("By sex"), says, gettext("Sex"), columns, rows, bar="patients", note=note)


def _areas(people: People) -> Table:
    numbers = sorted(people.areas.items(), key=lambda one: (-(one[1] or 0), one[0]))
    rows = tuple(
        Row(area, f"{area}…" if area else gettext("Without a postal code"), (number,))
        for area, number in numbers
    )
    return Table(
        "areas",
        gettext("By area"),
        gettext("By the first two digits of the postal code in the address."),
        gettext("Area"),
        (_counts(gettext("Patients")),),
        rows,
        bar="patients",
        note=_note() if any(None in row.values for row in rows) else "",
        few=_few(),
    )
