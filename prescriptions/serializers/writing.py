"""Shapes of what is asked to be done with a prescription."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from accounts.models import Site, User
from appointments.serializers import VisibleRow
from hospital.problems import from_django
from patients.models import Patient
from prescriptions.dosage import Written, written
from prescriptions.models import Product, Route, StopReason, Warned
from prescriptions.models.prescribing import MOST_LINES
from prescriptions.serializers.strict import StrictSerializer, YesOrNoField
from prescriptions.services.answering import Override
from prescriptions.services.dispensing import MOST_ITEMS, Item

MOST_FINDINGS = 400


def find_products(rows: Sequence[Mapping[str, Any]], field: str, *, by: User) -> dict[UUID, Product]:
    """The products that these rows name, read together; or 400 at each place that names none."""
    ids = {one["product"] for one in rows if one["product"]}
    found: dict[UUID, Product] = Product.objects.visible_to(by).in_bulk(list(ids)) if ids else {}
    unknown: dict[Any, Any] = {
        number: {"product": [ErrorDetail(_("There is no such product."), code="does_not_exist")]}
        for number, one in enumerate(rows)
        if one["product"] and one["product"] not in found
    }
    if unknown:
        raise serializers.ValidationError({field: unknown})
    return found


def understood(rows: Sequence[Mapping[str, Any]], *, by: User) -> list[Written]:
    """The lines that are meant, with what follows from them; or 400 at each place that is not understood."""
    products = find_products(rows, "lines", by=by)
    lines: list[Written] = []
    wrong: dict[Any, Any] = {}
    for number, row in enumerate(rows):
        try:
            lines.append(_line(row, products.get(row["product"])))
        except ValidationError as error:
            wrong[number] = from_django(error).detail
    if wrong:
        raise serializers.ValidationError({"lines": wrong})
    return lines


def _line(row: Mapping[str, Any], product: Product | None) -> Written:
    typed = {name: value for name, value in row.items() if name not in {"product", "medicine"}}
    if product is None:
        return written(row["medicine"], **typed)
    if row["medicine"] not in {"", product.name}:
        said = _("This is %(product)s. Leave the name out, or send that one.") % {"product": product.name}
        raise ValidationError({"medicine": said})
    return written(product.prescribable, **typed)


def _text(longest: int, **options: Any) -> Any:
    return serializers.CharField(max_length=longest, required=False, allow_blank=True, default="", **options)


class VersionedSerializer(StrictSerializer):
    """`version` is the one that was read, where no If-Match is sent."""

    version = serializers.IntegerField(min_value=1, required=False, write_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs.pop("version", None)  # the door reads it where it reads If-Match
        return attrs


class WriteLineSerializer(StrictSerializer):
    """One medicine: a product of the catalogue, or the name of what is not in it, and how it is taken."""

    product = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Its id: see /api/v1/medications"
    )
    medicine = _text(240, help_text="Where no product is named")
    dose = serializers.DecimalField(
        max_digits=12, decimal_places=6, required=False, allow_null=True, default=None, help_text="At once"
    )
    unit = _text(30, help_text="tablets, mg, ml")
    route = serializers.ChoiceField(choices=Route.choices, required=False, allow_blank=True, default="")
    frequency = _text(60, help_text="As one writes it: `1-0-1`, `bd`, `q8h`, `once a week`")
    as_needed = YesOrNoField(required=False, default=False)
    as_needed_for = _text(120)
    days = serializers.IntegerField(
        min_value=1,
        max_value=3_650,
        required=False,
        allow_null=True,
        default=None,
        help_text="null: until further notice",
    )
    quantity = serializers.DecimalField(
        max_digits=9,
        decimal_places=2,
        required=False,
        allow_null=True,
        default=None,
        help_text="Computed from the dose and the days where it is left out",
    )
    quantity_unit = _text(30, help_text="That of the product where it is left out")
    note = _text(300)


def _lines() -> Any:
    return serializers.ListField(child=WriteLineSerializer(), min_length=1, max_length=MOST_LINES)


class WritePrescriptionSerializer(VersionedSerializer):
    """The whole draft: an indication or a note that is left out is empty."""

    lines = _lines()
    indication = _text(200)
    note = _text(600)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        lines = understood(attrs["lines"], by=self.context["request"].user)
        return super().validate(attrs) | {"lines": lines}


class BeginPrescriptionSerializer(StrictSerializer):
    """For whom, and what."""

    patient = VisibleRow(queryset=Patient.objects.all())
    lines = _lines()
    indication = _text(200)
    note = _text(600)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs | {"lines": understood(attrs["lines"], by=self.context["request"].user)}


class OverrideSerializer(StrictSerializer):
    """Which finding is overridden, and why."""

    finding = serializers.CharField(max_length=64, help_text="Its `key`")
    because = serializers.ChoiceField(choices=Warned.Because.choices)
    reason = _text(300, help_text="In words")


class SignSerializer(VersionedSerializer):
    """The password is asked for again: a signature is not given by an open window."""

    password = serializers.CharField(max_length=4_096, trim_whitespace=False, write_only=True)
    overrides = serializers.ListField(
        child=OverrideSerializer(), max_length=MOST_FINDINGS, required=False, default=list
    )
    seen = serializers.ListField(
        child=serializers.CharField(max_length=64),
        max_length=MOST_FINDINGS,
        required=False,
        default=list,
        help_text="The `key` of each finding that the draft's last check had not, and that the signer has read since",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        answers = {one["finding"]: Override(one["because"], one["reason"]) for one in attrs["overrides"]}
        if len(answers) < len(attrs["overrides"]):
            raise serializers.ValidationError({"overrides": _("Answer each finding once.")})
        return super().validate(attrs) | {"overrides": answers}


class CountersignSerializer(VersionedSerializer):
    """The password is asked for again."""

    password = serializers.CharField(max_length=4_096, trim_whitespace=False, write_only=True)


class DeclineSerializer(VersionedSerializer):
    """Why it is sent back unsigned."""

    reason = serializers.CharField(max_length=300)


class ItemSerializer(StrictSerializer):
    """What is handed out of one line."""

    line = serializers.UUIDField(help_text="The id of its life")
    quantity = serializers.DecimalField(max_digits=9, decimal_places=2)
    product = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Another product of the same medicine"
    )
    because = _text(300, help_text="Why another product")
    batch = _text(60)


class DispenseSerializer(VersionedSerializer):
    """What is handed out, all of it or nothing, out of the stock of `site`: of the first, where none is named."""

    items = serializers.ListField(child=ItemSerializer(), min_length=1, max_length=MOST_ITEMS)
    site = VisibleRow(queryset=Site.objects.all(), required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        products = find_products(attrs["items"], "items", by=self.context["request"].user)
        attrs["items"] = [
            Item(one["line"], one["quantity"], products.get(one["product"]), one["because"], one["batch"])
            for one in attrs["items"]
        ]
        return attrs


class ReturnSerializer(StrictSerializer):
    """Why it comes back."""

    reason = serializers.CharField(max_length=300)


class StopSerializer(VersionedSerializer):
    """Why it is no longer to be taken; `lines` are the ids of their lives, all of them where left out."""

    because = serializers.ChoiceField(choices=StopReason.choices)
    note = _text(300)
    lines = serializers.ListField(
        child=serializers.UUIDField(),
        min_length=1,
        max_length=MOST_LINES,
        required=False,
        allow_null=True,
        default=None,
    )


class EndSerializer(VersionedSerializer):
    """`because` and `note` for what is signed, `reason` for a draft."""

    because = serializers.ChoiceField(choices=StopReason.choices, required=False, default="")
    note = _text(300)
    reason = _text(300)
