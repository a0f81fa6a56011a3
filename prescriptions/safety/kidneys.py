"""The estimated glomerular filtration rate, from the creatinine in the blood."""

from typing import Literal

# CKD-EPI 2021, without race: Inker LA and others, N Engl J Med 2021;385:1737 (PMID 34554658).
# Sex → kappa (mg/dl), alpha, factor.
_CONSTANTS = {"female": (0.7, -0.241, 1.012), "male": (0.9, -0.302, 1.0)}
ADULT = 18
MICROMOLES = 88.42  # µmol/l in one mg/dl of creatinine


def egfr_ckd_epi_2021(*, creatinine_mg_dl: float, age_years: float, sex: Literal["female", "male"]) -> float:
    """In ml/min/1.73 m², for adults. Raises ValueError where the equation was not made for it."""
    if age_years < ADULT or creatinine_mg_dl <= 0:
        raise ValueError("The equation is for adults, and for a creatinine above 0.")
    kappa, alpha, factor = _CONSTANTS[sex]
    ratio = creatinine_mg_dl / kappa
    return float(142 * min(ratio, 1) ** alpha * max(ratio, 1) ** -1.2 * 0.9938**age_years * factor)


def in_mg_dl(micromoles_per_litre: float) -> float:
    """Creatinine in mg/dl."""
    return micromoles_per_litre / MICROMOLES
