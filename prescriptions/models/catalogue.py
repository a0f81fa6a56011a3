"""Medicines as this hospital keeps them: substances, and the products that can be prescribed."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from hospital.models import Record, RecordQuerySet
from patients.models.words import UNPRINTABLE, has_forbidden, tidy
from prescriptions.dosage import Prescribable
from prescriptions.safety.names import did_you_mean, words_of
from prescriptions.safety.substances import BETWEEN, Ingredient, classes, ingredients_in, several

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
ATC = re.compile(r"[A-Z]\d{2}[A-Z]{2}\d{2}")
MOST_WORDS = 8
MOST_INGREDIENTS = 6
AFTER_ALL_TEXT = "\uffff"


class MedicineQuerySet(RecordQuerySet):
    """How substances and products are looked for: by the beginnings of words of any of their names."""

    def offered(self) -> Self:
        """Those that are not withdrawn."""
        return self.filter(is_active=True)

    def search(self, text: str) -> Self:
        """Every word of the text begins one of the medicine's words; for a misspelling, those that may be meant."""
        words = words_of(text)[:MOST_WORDS]
        if not words:
            return self.none()
        found = self.filter(_begin(words))
        if found.exists():
            return found
        meant = models.Q(pk__in=[])
        for name in did_you_mean(text):
            meant |= _begin(words_of(name))
        return self.filter(meant)

    def ranked(self, text: str, limit: int) -> list[Any]:
        """At most so many of them, those first whose own name begins so; in the order of their names."""
        words, found = words_of(text)[:MOST_WORDS], self.search(text).order_by("name_key", "id")
        if not words:
            return []
        start = words[0]
        first = list(found.filter(name_key__gte=start, name_key__lt=start + AFTER_ALL_TEXT)[:limit])
        others = found.exclude(name_key__gte=start, name_key__lt=start + AFTER_ALL_TEXT)
        return first + list(others[: limit - len(first)] if limit > len(first) else [])


def _begin(words: Iterable[str]) -> models.Q:
    asked = models.Q()
    for word in words:
        asked &= models.Q(found_by__contains=f" {word}")
    return asked


def in_order(name: str) -> str:
    """The name as it is sorted: 400 mg before 1000 mg."""
    return " ".join(word.zfill(6) if word.isdecimal() else word for word in words_of(name))[:260]


def found_under(*names: str) -> str:
    """The text in which `search` looks: every word once, each with a gap before it."""
    words = dict.fromkeys(word for name in names for word in words_of(name))
    return "".join(f" {word}" for word in words)


class Medicine(Record):
    """What substances and products have in common."""

    TEXTS: ClassVar[Sequence[str]] = ("key", "name", "synonyms")
    DERIVED: ClassVar[Sequence[str]] = ("name_key", "found_by")

    key = models.CharField(
        _("key"), max_length=160, unique=True, help_text=_("Small letters, digits and hyphens; never changed")
    )
    name = models.CharField(_("name"), max_length=240)
    synonyms = models.TextField(
        _("other names"),
        max_length=2_000,
        blank=True,
        help_text=_("Brands and other spellings, with | between them"),
    )
    is_active = models.BooleanField(_("offered"), default=True)
    name_key = models.CharField(max_length=260, editable=False, db_index=True)
    found_by = models.TextField(editable=False)

    objects: ClassVar[Any] = MedicineQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def other_names(self) -> tuple[str, ...]:
        return several(self.synonyms)

    def change(self, *, seen_version: int | None = None, **changes: Any) -> Self:
        """What follows from a change is saved with it; clean() has worked it out by then."""
        return super().change(
            seen_version=seen_version, **{name: getattr(self, name) for name in self.DERIVED} | changes
        )

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        for field in self.TEXTS:
            text = tidy(getattr(self, field), lines=False)
            setattr(self, field, text)
            if has_forbidden(text, lines=False):
                wrong[field] = UNPRINTABLE
        if not KEY.fullmatch(self.key):
            wrong["key"] = _("Small letters, digits and single hyphens between them.")
        if not words_of(self.name):
            wrong["name"] = _("This field is required.")
        self.synonyms = BETWEEN.join(self.other_names)
        wrong |= self._wrong()
        if wrong:
            raise ValidationError(wrong)
        self.name_key = in_order(self.name)

    def _wrong(self) -> dict[str, Any]:
        """What is wrong by itself with the fields of this noun."""
        return {}


class Substance(Medicine):
    """An active substance: its base, never a salt."""

    TEXTS = (*Medicine.TEXTS, "atc", "classes")

    atc = models.CharField(
        _("ATC codes"),
        max_length=200,
        blank=True,
        help_text=_("Of the fifth level, systemic use first, with | between them"),
    )
    classes = models.CharField(
        _("classes"), max_length=400, blank=True, help_text=_("Of our list of classes, with | between them")
    )

    class Meta:
        verbose_name = _("substance")
        verbose_name_plural = _("substances")
        default_permissions = ("view",)
        permissions: ClassVar = [("keep_catalogue", "Keep the catalogue of medicines")]

    @property
    def codes(self) -> tuple[str, ...]:
        return several(self.atc)

    @property
    def class_keys(self) -> tuple[str, ...]:
        return several(self.classes)

    def _wrong(self) -> dict[str, Any]:
        self.atc, self.classes = BETWEEN.join(self.codes).upper(), BETWEEN.join(self.class_keys)
        self.found_by = found_under(self.name, *self.other_names, *self.codes)
        wrong: dict[str, Any] = {}
        if not_codes := [code for code in self.codes if not ATC.fullmatch(code)]:
            wrong["atc"] = _("Not of the fifth level: %(codes)s") % {"codes": ", ".join(not_codes)}
        if unknown := [key for key in self.class_keys if key not in classes()]:
            wrong["classes"] = _("There is no such class: %(classes)s") % {"classes": ", ".join(unknown)}
        return wrong


class Route(models.TextChoices):
    """How a medicine comes into the body or onto it."""

    ORAL = "oral", _("by mouth")
    SUBLINGUAL = "sublingual", _("under the tongue")
    OROMUCOSAL = "oromucosal", _("in the mouth")
    INHALED = "inhaled", _("inhaled")
    NASAL = "nasal", _("into the nose")
    OCULAR = "ocular", _("into the eye")
    AURICULAR = "auricular", _("into the ear")
    CUTANEOUS = "cutaneous", _("on the skin")
    TRANSDERMAL = "transdermal", _("through the skin")
    RECTAL = "rectal", _("rectal")
    VAGINAL = "vaginal", _("vaginal")
    SUBCUTANEOUS = "subcutaneous", _("under the skin")
    INTRAMUSCULAR = "intramuscular", _("into the muscle")
    INTRAVENOUS = "intravenous", _("into the vein")
    INFILTRATION = "infiltration", _("around a nerve or a wound")


class Product(Medicine):
    """What can be prescribed: substances in one strength and form. `composition` is `|key|key|`, in any strength."""

    TEXTS = (*Medicine.TEXTS, "ingredients", "form")
    DERIVED = (*Medicine.DERIVED, "composition")

    ingredients = models.CharField(
        _("ingredients"),
        max_length=500,
        help_text=_("substance:strength, with | between them: amoxicillin:875 mg|clavulanic-acid:125 mg"),
    )
    composition = models.CharField(max_length=500, editable=False, db_index=True)
    form = models.CharField(_("form"), max_length=60)
    route = models.CharField(_("route"), max_length=20, choices=Route)

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        default_permissions = ("view",)

    @property
    def parts(self) -> tuple[Ingredient, ...]:
        return ingredients_in(self.ingredients)

    def with_substances(self) -> list[tuple[Ingredient, Substance | None]]:
        """The parts with their substances; for several products `bring_substances` first."""
        if self.__dict__.get("_substances") is None:
            bring_substances([self])
        known: dict[str, Substance] = self.__dict__["_substances"]
        return [(part, known.get(part.substance)) for part in self.parts]

    @property
    def prescribable(self) -> Prescribable:
        """What a line of a prescription can be about."""
        strengths = tuple(one.strength for one in self.parts)
        return Prescribable(self.name, str(self.pk), strengths, self.form, self.route)

    @property
    def substance_keys(self) -> tuple[str, ...]:
        return several(self.composition)

    def differs_from(self, prescribed: "Product") -> str:
        """In what this is not the same medicine: "substance", "strength", "form", or "" where it may be given instead.

        Milligrams and grams are the same strength. A form is the same or another one: a tablet that can be halved
        is no capsule, and one that is slow is not one that is quick.
        """
        if self.composition != prescribed.composition:
            return "substance"
        if _strengths(self) != _strengths(prescribed):
            return "strength"
        is_same_form = self.form.casefold() == prescribed.form.casefold() and self.route == prescribed.route
        return "" if is_same_form else "form"

    def _wrong(self) -> dict[str, Any]:
        try:
            parts = self.parts
        except ValueError as error:
            return {"ingredients": _("This is not substance:strength: %(text)s") % {"text": str(error)}}
        keys = [one.substance for one in parts]
        self.ingredients = BETWEEN.join(f"{one.substance}:{one.strength}" for one in parts)
        self.composition = BETWEEN.join(["", *sorted(keys), ""])
        if not keys or len(keys) > MOST_INGREDIENTS or len(set(keys)) < len(keys):
            return {"ingredients": _("One to six substances, each of them once.")}
        if not self.form:
            return {"form": _("This field is required.")}
        return {}

    def find_under(self, substances: Mapping[str, Substance]) -> None:
        """Have the names of the substances in the text of the search. Raises ValidationError for an unknown one."""
        unknown = [key for key in self.substance_keys if key not in substances]
        if unknown:
            said = _("There is no such substance: %(keys)s") % {"keys": ", ".join(unknown)}
            raise ValidationError({"ingredients": said})
        names = [name for key in self.substance_keys for name in _names_of(substances[key])]
        self.found_by = found_under(self.name, *self.other_names, *names, self.form)


def _strengths(product: Product) -> set[Any]:
    found: set[Any] = set()
    for part in product.parts:
        strength = part.strength
        milligrams = strength.milligrams if strength else None
        if strength is None or milligrams is None:
            found.add((part.substance, strength))
        else:
            found.add((part.substance, milligrams, strength.per))
    return found


def bring_substances(products: Iterable[Product]) -> None:
    """Have the substances of all these products at hand, with one query."""
    products = list(products)
    keys = sorted({key for one in products for key in one.substance_keys})
    known = {one.key: one for one in Substance.objects.filter(key__in=keys)} if keys else {}
    for one in products:
        one.__dict__["_substances"] = known


def _names_of(substance: Substance) -> tuple[str, ...]:
    return (substance.name, *substance.other_names, *substance.codes)
