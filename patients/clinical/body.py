"""Body mass index, and what the World Health Organization calls it in adults.

World Health Organization, Obesity: preventing and managing the global epidemic, Technical Report Series 894,
2000. Up to 19 years the growth references of 2007 take the place of these limits: they depend on age and sex, in
months, and are not kept here, so there is a number and no class.
"""

from bisect import bisect_right
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from patients.clinical.ages import Age

SOURCE = _(
    "Body mass index, classes of adults: World Health Organization, Technical Report Series 894, 2000. Under 20 years "
    "there is no class: children and adolescents are judged by growth references for age and sex (WHO, 2007)."
)
CLASSES_FROM_YEARS = 20
CLASSES: tuple[tuple[float, str | Promise], ...] = (
    (0, _("underweight")),
    (18.5, _("normal weight")),
    (25, _("pre-obesity")),
    (30, _("obesity class I")),
    (35, _("obesity class II")),
    (40, _("obesity class III")),
)
NO_CLASS_OF_CHILDREN = _("no class under 20 years")
NO_CLASS_IN_PREGNANCY = _("no class in pregnancy")


def bmi(weight_kg: Decimal | float, height_cm: Decimal | float) -> float | None:
    """kg/m², to one decimal, by which it is classed too; None without a height."""
    metres = float(height_cm) / 100
    return round(float(weight_kg) / metres**2, 1) if metres > 0 else None


def bmi_class(value: float, age: Age, *, is_pregnant: bool = False) -> str | Promise:
    """The class of an adult, or why there is none."""
    if age.years < CLASSES_FROM_YEARS:
        return NO_CLASS_OF_CHILDREN
    if is_pregnant:
        return NO_CLASS_IN_PREGNANCY
    return CLASSES[bisect_right([start for start, _name in CLASSES], value) - 1][1]
