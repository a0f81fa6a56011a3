"""NEWS2, the National Early Warning Score of the Royal College of Physicians, London, December 2017.

National Early Warning Score (NEWS) 2: Standardising the assessment of acute-illness severity in the NHS.
For people of 16 years and older, never in pregnancy, and only when every parameter was measured.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from patients.clinical.ages import ADULT_YEARS

LONGEST_PAUSE = timedelta(hours=12)  # until somebody with the lowest score is measured again
VERSION = "NEWS2, Royal College of Physicians 2017"
CHILD, PREGNANT, INCOMPLETE, AGE_NOT_KNOWN = "child", "pregnant", "incomplete", "age_not_known"
NOT_BECAUSE: dict[str, str | Promise] = {
    CHILD: _("NEWS2 is not made for children under 16 years."),
    PREGNANT: _("NEWS2 is not made for pregnancy."),
    INCOMPLETE: _("Not everything that NEWS2 asks for was measured."),
    AGE_NOT_KNOWN: _("Only the year of birth is known: the patient may be under 16 years."),
}


IN_SHORT: dict[str, str | Promise] = {
    CHILD: _("under 16 years"),
    PREGNANT: _("pregnancy"),
    INCOMPLETE: _("incomplete"),
    AGE_NOT_KNOWN: _("age not known"),
}
PARAMETERS: dict[str, str | Promise] = {
    "respiration": _("respiration"),
    "spo2": _("SpO₂"),
    "on_oxygen": _("air or oxygen"),
    "systolic": _("systolic BP"),
    "pulse": _("pulse"),
    "consciousness": _("consciousness"),
    "temperature": _("temperature"),
}


def because(key: str, missing: Iterable[str] = ()) -> str:
    """Why a set was not scored, in words, with what is missing from it."""
    said = str(NOT_BECAUSE.get(key, ""))
    if key != INCOMPLETE:
        return said
    names = ", ".join(str(PARAMETERS[name]) for name in missing)
    return gettext("%(said)s Missing: %(names)s.") % {"said": said, "names": names}


@dataclass(frozen=True)
class Reading:
    """The seven parameters. What was not measured is None or ""."""

    respiration: int | None
    spo2: int | None
    on_oxygen: bool | None
    systolic: int | None
    pulse: int | None
    consciousness: str
    temperature: Decimal | float | None
    scale_2: bool = False

    @property
    def missing(self) -> list[str]:
        return [name for name in PARAMETERS if getattr(self, name) in {None, ""}]


@dataclass(frozen=True)
class Risk:
    """A clinical risk, the colour of its status, and what the College asks for, in our words."""

    key: str
    label: str | Promise
    tone: str
    to_do: str | Promise


NONE = Risk("low", _("low risk"), "ok", _("Go on with routine measurements, at least every 12 hours."))
LOW = Risk("low", _("low risk"), "ok", _("A registered nurse assesses; measure at least every 4 to 6 hours."))
LOW_MEDIUM = Risk(
    "low_medium",
    _("low to medium risk"),
    "warn",
    _("One value alone scores 3: urgent review by a clinician; measure at least every hour."),
)
MEDIUM = Risk(
    "medium",
    _("medium risk"),
    "warn",
    _("Urgent review by a clinician or team for acute illness; measure at least every hour."),
)
HIGH = Risk(
    "high",
    _("high risk"),
    "danger",
    _("Emergency: call the team with critical care skills now; measure without a break."),
)


@dataclass(frozen=True)
class Score:
    """The points of each parameter, and what they say together."""

    points: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.points.values())

    @property
    def has_three(self) -> bool:
        """Whether one parameter alone scores 3. Oxygen cannot."""
        return 3 in self.points.values()

    @property
    def risk(self) -> Risk:
        return risk_of(self.total, has_three=self.has_three)


def risk_of(total: int, *, has_three: bool) -> Risk:
    if total >= 7:
        return HIGH
    if total >= 5:
        return MEDIUM
    if has_three:
        return LOW_MEDIUM
    return LOW if total else NONE


# For each parameter: up to and with which value how many points, the rest at the end.
BANDS: dict[str, tuple[tuple[float, int], ...]] = {
    "respiration": ((8, 3), (11, 1), (20, 0), (24, 2), (float("inf"), 3)),
    "spo2": ((91, 3), (93, 2), (95, 1), (float("inf"), 0)),
    "spo2_scale_2_air": ((83, 3), (85, 2), (87, 1), (float("inf"), 0)),
    "spo2_scale_2_oxygen": ((83, 3), (85, 2), (87, 1), (92, 0), (94, 1), (96, 2), (float("inf"), 3)),
    "systolic": ((90, 3), (100, 2), (110, 1), (219, 0), (float("inf"), 3)),
    "pulse": ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (float("inf"), 3)),
    "temperature": ((35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1), (float("inf"), 2)),
}


def _points(band: str, value: Decimal | float) -> int:
    return next(points for up_to, points in BANDS[band] if float(value) <= up_to)


def score(reading: Reading) -> Score | None:
    """The score, or None when a parameter is missing. Whether it may be used of this person is asked before."""
    if reading.missing:
        return None
    saturation = "spo2"
    if reading.scale_2:
        saturation = "spo2_scale_2_oxygen" if reading.on_oxygen else "spo2_scale_2_air"
    measured = {
        "respiration": reading.respiration,
        "systolic": reading.systolic,
        "pulse": reading.pulse,
        "temperature": reading.temperature,
    }
    points = {name: _points(name, value) for name, value in measured.items() if value is not None}
    points["spo2"] = _points(saturation, reading.spo2 or 0)
    points["on_oxygen"] = 2 if reading.on_oxygen else 0
    points["consciousness"] = 0 if reading.consciousness == "A" else 3
    return Score(points)


# ICD-10-CM: chapter XV (O00–O9A), pregnancy found by chance (Z33.1), supervised (Z34), its weeks (Z3A).
CODES_OF_PREGNANCY = ("O", "Z331", "Z34", "Z3A")


def is_of_pregnancy(code: str) -> bool:
    """Whether an ICD-10-CM code says that somebody is pregnant, gives birth or has just done so."""
    return code.replace(".", "").upper().startswith(CODES_OF_PREGNANCY)


def why_not(reading: Reading, *, youngest_years: int, oldest_years: int, is_pregnant: bool) -> str:
    """Why this reading must not be scored: a key of NOT_BECAUSE, or ""."""
    if oldest_years < ADULT_YEARS:
        return CHILD
    if is_pregnant:
        return PREGNANT
    if youngest_years < ADULT_YEARS:
        return AGE_NOT_KNOWN
    return INCOMPLETE if reading.missing else ""
