"""What medicines are counted in, by their form, and the units in which doses are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache

from django.utils.translation import ngettext_lazy

from prescriptions.safety.strengths import Strength, taken_out

QUARTER, WHOLE, ANY = Decimal("0.25"), Decimal(1), Decimal(0)


class Kind(StrEnum):
    PIECES = "pieces"  # counted
    LIQUID = "liquid"  # measured in ml
    VIALS = "vials"  # each time a new one is begun
    CONTAINER = "container"  # one of it is given, however much is used


@dataclass(frozen=True, slots=True)
class Form:
    """`unit`: in what a dose is counted. `counted`: in what the quantity is. `step`: the smallest part of a piece."""

    kind: Kind
    unit: str
    counted: str
    step: Decimal
    route: str


# form | kind | unit of a dose | unit of the quantity | smallest part | route, where a form has one only
_FORMS = """
tablet|pieces|tablet|tablet|quarter|oral
prolonged-release tablet|pieces|tablet|tablet|quarter|oral
effervescent tablet|pieces|tablet|tablet|quarter|oral
sublingual tablet|pieces|tablet|tablet|quarter|sublingual
capsule|pieces|capsule|capsule|whole|oral
prolonged-release capsule|pieces|capsule|capsule|whole|oral
suppository|pieces|suppository|suppository|quarter|rectal
pessary|pieces|pessary|pessary|whole|vaginal
patch|pieces|patch|patch|quarter|transdermal
granules|pieces|sachet|sachet|whole|oral
powder|pieces|sachet|sachet|whole|oral
auto-injector|pieces|pen|pen|whole|
oral suspension|liquid|ml|ml||oral
oral solution|liquid|ml|ml||oral
oromucosal solution|liquid|ml|ml||oromucosal
rectal solution|liquid|ml|ml||rectal
nebuliser solution|liquid|ml|ml||inhaled
solution for injection|liquid|ml|ml||
suspension for injection|liquid|ml|ml||
solution for infusion|liquid|ml|ml||intravenous
powder for injection|vials|vial|vial||
inhaler|container|puff|inhaler||inhaled
nasal spray|container|puff|bottle||nasal
sublingual spray|container|puff|bottle||sublingual
eye drops|container|drop|bottle||ocular
ear drops|container|drop|bottle||auricular
oral drops|container|drop|bottle||oral
cream|container|application|tube||cutaneous
ointment|container|application|tube||cutaneous
gel|container|application|tube||cutaneous
oral gel|container|application|tube||oromucosal
"""
_STEPS = {"quarter": QUARTER, "whole": WHOLE, "": ANY}

MASSES = ("mg", "g", "micrograms")
OF_STRENGTHS = (*MASSES, "IU")
# unit | other ways to write it
_UNITS = """
tablet|tablets|tab|tabs|tbl
capsule|capsules|cap|caps
suppository|suppositories|supp
pessary|pessaries
patch|patches
sachet|sachets
piece|pieces|pcs
vial|vials
ampoule|ampoules|amp|amps
pen|pens
puff|puffs|spray|sprays|inhalation|inhalations
drop|drops|gtt|gtts
application|applications
ml|millilitre|millilitres|milliliter|milliliters|cc
mg|milligram|milligrams
g|gram|grams|gm
micrograms|microgram|mcg|ug|µg|μg
IU|iu|unit|units|ie|i.u
mmol
mg/kg
micrograms/kg|mcg/kg|ug/kg|µg/kg|μg/kg
g/kg
IU/kg|units/kg
inhaler|inhalers
bottle|bottles
tube|tubes
pack|packs
"""
UNITS = {
    way.casefold(): line.split("|")[0] for line in _UNITS.strip().splitlines() for way in line.split("|")
}
USUAL = ("tablet", "capsule", "ml", *OF_STRENGTHS, "puff", "drop", "application", "mg/kg")

_COUNTED = {
    "tablet": ngettext_lazy("%(n)s tablet", "%(n)s tablets", "number"),
    "capsule": ngettext_lazy("%(n)s capsule", "%(n)s capsules", "number"),
    "suppository": ngettext_lazy("%(n)s suppository", "%(n)s suppositories", "number"),
    "pessary": ngettext_lazy("%(n)s pessary", "%(n)s pessaries", "number"),
    "patch": ngettext_lazy("%(n)s patch", "%(n)s patches", "number"),
    "sachet": ngettext_lazy("%(n)s sachet", "%(n)s sachets", "number"),
    "piece": ngettext_lazy("%(n)s piece", "%(n)s pieces", "number"),
    "vial": ngettext_lazy("%(n)s vial", "%(n)s vials", "number"),
    "ampoule": ngettext_lazy("%(n)s ampoule", "%(n)s ampoules", "number"),
    "pen": ngettext_lazy("%(n)s pen", "%(n)s pens", "number"),
    "puff": ngettext_lazy("%(n)s puff", "%(n)s puffs", "number"),
    "drop": ngettext_lazy("%(n)s drop", "%(n)s drops", "number"),
    "application": ngettext_lazy("%(n)s application", "%(n)s applications", "number"),
    "micrograms": ngettext_lazy("%(n)s microgram", "%(n)s micrograms", "number"),
    "IU": ngettext_lazy("%(n)s unit", "%(n)s units", "number"),
    "inhaler": ngettext_lazy("%(n)s inhaler", "%(n)s inhalers", "number"),
    "bottle": ngettext_lazy("%(n)s bottle", "%(n)s bottles", "number"),
    "tube": ngettext_lazy("%(n)s tube", "%(n)s tubes", "number"),
    "pack": ngettext_lazy("%(n)s pack", "%(n)s packs", "number"),
}
_QUARTERS = {Decimal("0.25"): "¼", Decimal("0.5"): "½", Decimal("0.75"): "¾"}
_IN_QUARTERS = frozenset({"tablet", "suppository", "patch", "capsule", "sachet"})


@cache
def forms() -> dict[str, Form]:
    """All forms that we know, by their names."""
    found = {}
    for line in _FORMS.strip().splitlines():
        name, kind, unit, counted, step, route = line.split("|")
        found[name] = Form(Kind(kind), unit, counted, _STEPS[step], route)
    return found


def form_of(name: str, strengths: Sequence[Strength | None] = ()) -> Form | None:
    """The form of this name. A liquid of which only the whole amount is known comes in pieces: a syringe of 40 mg."""
    found = forms().get(name.casefold())
    if found and found.kind is Kind.LIQUID and strengths and not any(one and one.per for one in strengths):
        return Form(Kind.PIECES, "piece", "piece", WHOLE, found.route)
    return found


def form_in(text: str) -> str:
    """The form that a name ends with; "" if there is none."""
    words = f" {taken_out(text.casefold())[0]} ".replace("tablets", "tablet").replace("capsules", "capsule")
    named = [name for name in forms() if f" {name} " in words]
    return max(named, key=len, default="")


def units_for(form: str, strengths: Sequence[Strength | None] = ()) -> tuple[str, ...]:
    """The units in which a dose of this form can be written, the usual one first."""
    found = form_of(form, strengths)
    if found is None:
        return USUAL
    of_strengths = [one.unit for one in strengths if one] or ["mg"]
    masses = MASSES if set(of_strengths) & set(MASSES) else ()
    also = ("IU",) if "IU" in of_strengths else ()
    more = ("ml",) if found.unit == "drop" and found.route == "oral" else ()
    return tuple(dict.fromkeys((found.unit, *more, *masses, *also)))


def unit_in(text: str) -> str:
    """The unit that is meant; "" for none that we know."""
    return UNITS.get(" ".join(text.casefold().strip(" .").split()), "")


def number_in_words(number: Decimal, unit: str = "") -> str:
    """As people write it: ½, 1½, 2.5."""
    number = number.normalize()
    whole, part = divmod(number, 1)
    if unit in _IN_QUARTERS and part in _QUARTERS:
        return f"{int(whole) or ''}{_QUARTERS[part]}"
    return f"{number:f}"


def amount_in_words(number: Decimal, unit: str) -> str:
    """1½ tablets, 5 ml."""
    words = number_in_words(number, unit)
    counted = _COUNTED.get(unit)
    if counted is None:
        return f"{words} {unit}".strip()
    return str(counted % {"n": words, "number": 1 if number <= 1 else 2})
