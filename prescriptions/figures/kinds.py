"""Under which names a line is counted: substances, classes, and whether it is an antibiotic."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from prescriptions.figures.cells import Cell
from prescriptions.models import Product, Substance
from prescriptions.models.catalogue import Route
from prescriptions.safety.substances import classes, several

UNKNOWN = ""  # the key of what is not in the catalogue
ANTIBIOTICS = "J01"  # ATC: antibacterials for systemic use
# Where a medicine stays where it is put; it then has a code of its own, which begins so.
LOCAL: Mapping[str, tuple[str, ...]] = {
    Route.OROMUCOSAL: ("A01",),
    Route.NASAL: ("R01",),
    Route.OCULAR: ("S01", "S03"),
    Route.AURICULAR: ("S02", "S03"),
    Route.CUTANEOUS: ("D",),
    Route.VAGINAL: ("G01",),
    Route.INFILTRATION: ("N01",),
}
# The main groups of the ATC, in our words.
MAIN_GROUPS = {
    "A": gettext_lazy("Digestion and metabolism"),
    "B": gettext_lazy("Blood"),
    "C": gettext_lazy("Heart and circulation"),
    "D": gettext_lazy("Skin"),
    "G": gettext_lazy("Urinary and sexual organs, sex hormones"),
    "H": gettext_lazy("Hormones for the whole body"),
    "J": gettext_lazy("Infections"),
    "L": gettext_lazy("Cancer and immune system"),
    "M": gettext_lazy("Muscles and bones"),
    "N": gettext_lazy("Nervous system"),
    "P": gettext_lazy("Parasites"),
    "R": gettext_lazy("Breathing"),
    "S": gettext_lazy("Eyes and ears"),
    "V": gettext_lazy("Others"),
}


@dataclass(frozen=True)
class Kinds:
    """The catalogue, as far as these cells need it: two queries."""

    substances: Mapping[str, Substance]
    routes: Mapping[UUID, str]

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> "Kinds":
        keys, products = set[str](), set[UUID]()
        for one in cells:
            keys |= set(several(one.substances))
            products |= {one.product_id} if one.product_id else set()
        found = Substance.objects.filter(key__in=sorted(keys)) if keys else ()
        routes = Product.objects.filter(pk__in=products).values_list("pk", "route") if products else ()
        return cls({one.key: one for one in found}, dict(routes))

    # ── The keys of a cell ──────────────────────────────────────────────────

    def substance_keys(self, cell: Cell) -> Iterable[str]:
        """Each substance of a combination."""
        return several(cell.substances) or (UNKNOWN,)

    def main_groups(self, cell: Cell) -> Iterable[str]:
        """ATC, first level."""
        return [code[:1] for code in self._codes(cell)] or (UNKNOWN,)

    def subgroups(self, cell: Cell) -> Iterable[str]:
        """ATC, third level."""
        return [code[:4] for code in self._codes(cell)] or (UNKNOWN,)

    def own_classes(self, cell: Cell) -> Iterable[str]:
        """Those of our list; a substance has several or none."""
        return [key for one in self._known(cell) for key in one.class_keys] or (UNKNOWN,)

    def is_antibiotic(self, cell: Cell) -> bool:
        """Whether a substance has a code in J01 and the product is not for one place of the body only."""
        if self._route(cell) in LOCAL:
            return False
        return any(code.startswith(ANTIBIOTICS) for one in self._known(cell) for code in one.codes)

    def _route(self, cell: Cell) -> str:
        return self.routes.get(cell.product_id, "") if cell.product_id else ""

    def _known(self, cell: Cell) -> list[Substance]:
        return [self.substances[key] for key in several(cell.substances) if key in self.substances]

    def _codes(self, cell: Cell) -> list[str]:
        """One of each substance: that of the place it is for, else the first, which is of systemic use."""
        here = LOCAL.get(self._route(cell), ())
        codes = [one.codes for one in self._known(cell) if one.codes]
        return [next((code for code in of if here and code.startswith(here)), of[0]) for of in codes]

    # ── What they are called ────────────────────────────────────────────────

    def substance_name(self, key: str) -> str:
        if key == UNKNOWN:
            return _("Not in the catalogue")
        return self.substances[key].name if key in self.substances else key

    def main_group_name(self, key: str) -> str:
        return f"{key} · {MAIN_GROUPS[key]}" if key in MAIN_GROUPS else _("Without a code")

    def subgroup_names(self, named: Iterable[str]) -> Callable[[str], str]:
        """The code with three of the substances under it at most, of those that may be named, in their order."""
        names: dict[str, list[str]] = defaultdict(list)
        for one in (self.substances[key] for key in named if key in self.substances):
            for code in {code[:4] for code in one.codes}:
                names[code].append(one.name)

        def name_of(key: str) -> str:
            if key == UNKNOWN:
                return _("Without a code")
            more = ["…"] if len(names[key]) > 3 else []
            return f"{key} · {', '.join([*names[key][:3], *more])}" if names[key] else key

        return name_of

    def class_name(self, key: str) -> str:
        return classes().get(key, _("In none of our classes"))
