"""Units of measurement: UCUM as it is kept, and as people read it."""

from patients.clinical.loinc import STARTERS

OTHER_UNITS = (
    *(
        "mg/L",
        "ug/dL",
        "ng/dL",
        "nmol/L",
        "10*3/uL",
        "10*6/uL",
        "meq/L",
        "[IU]/L",
        "k[IU]/L",
        "u[IU]/mL",
        "g/(24.h)",
    ),
    *("mg/mmol", "kPa", "mm[Hg]", "mL/min", "fmol/L", "mg/(24.h)", "mL"),
)
IN_WORDS = {
    "umol/L": "µmol/L",
    "ug/L": "µg/L",
    "ug/dL": "µg/dL",
    "ug/mL{FEU}": "µg/mL FEU",
    "10*9/L": "10⁹/L",
    "10*12/L": "10¹²/L",
    "10*3/uL": "10³/µL",
    "10*6/uL": "10⁶/µL",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "m[IU]/L": "mIU/L",
    "u[IU]/mL": "µIU/mL",
    "k[IU]/L": "kIU/L",
    "[IU]/L": "IU/L",
    "mm[Hg]": "mmHg",
    "{INR}": "",
    "[pH]": "",
    "mg/(24.h)": "mg/24 h",
    "g/(24.h)": "g/24 h",
}
_SIGNS = str.maketrans(
    {
        **dict.fromkeys(" []{}()*^_.", ""),
        **dict.fromkeys("µμ", "u"),
        **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)),
    }
)


def _key(unit: str) -> str:
    return unit.translate(_SIGNS).casefold()


_UNITS = {_key(unit): unit for unit in (*OTHER_UNITS, *(one.unit for one in STARTERS if one.unit))}


def tidy_unit(unit: str) -> str:
    """The UCUM form of a unit that is known here, however it was spelt: 10⁹/L is 10*9/L. Others stay as they are."""
    return _UNITS.get(_key(unit), unit)


def unit_in_words(unit: str) -> str:
    """A unit for people."""
    return IN_WORDS.get(unit, unit)
