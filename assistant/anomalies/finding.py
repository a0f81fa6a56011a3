"""What was found: of which kind, how grave, how far from the usual, and the numbers that say so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    CRITICAL_VALUE = "critical_value", _("Critical value")
    DECIMAL_POINT = "decimal_point", _("Point in the wrong place?")
    MIX_UP = "mix_up", _("Somebody else’s sample?")
    FAR_FROM_OWN = "far_from_own", _("Far from the patient’s own values")
    EARLY_WARNING = "early_warning", _("Early warning score")
    DOSE = "dose", _("Unusual dose")
    SAME_MEDICINE = "same_medicine", _("Same medicine twice")
    DUPLICATE_CHARGE = "duplicate_charge", _("Charged twice?")
    DISCOUNT = "discount", _("Unusual discount")
    REFUNDS = "refunds", _("Pattern of refunds")
    SNOOPING = "snooping", _("Record opened without a reason that is known")
    DENIALS = "denials", _("Turned away many times")
    VOLUME = "volume", _("More records than usual")


class Severity(models.IntegerChoices):
    """URGENT is shown whatever else was found that day."""

    LOOK = 1, _("Have a look")
    SOON = 2, _("Look soon")
    URGENT = 3, _("Urgent")


CLINICAL = frozenset(
    {
        Kind.CRITICAL_VALUE,
        Kind.DECIMAL_POINT,
        Kind.MIX_UP,
        Kind.FAR_FROM_OWN,
        Kind.EARLY_WARNING,
        Kind.DOSE,
        Kind.SAME_MEDICINE,
    }
)
OF_BILLING = frozenset({Kind.DUPLICATE_CHARGE, Kind.DISCOUNT, Kind.REFUNDS})
OF_ACCESS = frozenset({Kind.SNOOPING, Kind.DENIALS, Kind.VOLUME})


@dataclass(frozen=True)
class Finding:
    """`score` orders findings of the same severity, from 0 to 1; `facts` are JSON, what a person is shown."""

    kind: Kind
    severity: Severity
    score: float
    facts: Mapping[str, Any] = field(default_factory=dict)


def squeezed(value: float, half: float) -> float:
    """Any positive number onto 0 to 1; `half` becomes 0.5."""
    return round(max(value, 0.0) / (max(value, 0.0) + half), 4)
