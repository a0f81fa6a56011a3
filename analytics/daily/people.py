"""The patients of each site by age, sex and area, counted in one go: for the night."""

import re
from collections import Counter
from typing import Any
from uuid import UUID

from analytics.models import PeopleGroup
from hospital import clock, db
from patients.models import Patient

POSTAL_CODE = re.compile(r"\b(\d\d)\d{2,3}\b")
AT_ONCE = 5000
Kind = PeopleGroup.Kind


def area_of(address: str) -> str:
    """The first two digits of the last postal code in it, or ""."""
    found = POSTAL_CODE.findall(address)
    return found[-1] if found else ""


def count_people() -> int:
    """Count everybody who is neither dead nor deactivated, and keep that in place of the count before."""
    at = clock.now()
    ages: Counter[tuple[UUID, str, int]] = Counter()
    areas: Counter[tuple[UUID, str]] = Counter()
    rows = Patient.objects.filter(is_active=True, is_deceased=False).order_by()
    for site_id, sex, born, address in rows.values_list("site_id", "sex", "birth_date", "address").iterator(
        AT_ONCE
    ):
        ages[site_id, sex, born.year] += 1
        areas[site_id, area_of(address)] += 1
    groups = [
        *(
            _group(Kind.AGE, at, site_id=one[0], sex=one[1], birth_year=one[2], patients=n)
            for one, n in ages.items()
        ),
        *(_group(Kind.AREA, at, site_id=one[0], area=one[1], patients=n) for one, n in areas.items()),
    ]
    with db.atomic():
        PeopleGroup.objects.all().delete()
        PeopleGroup.objects.bulk_create(groups)
    return sum(ages.values())


def _group(kind: str, at: Any, **values: Any) -> PeopleGroup:
    return PeopleGroup(kind=kind, counted_at=at, **values)
