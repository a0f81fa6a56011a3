"""Shapes of prescriptions in JSON: what is written, what was signed, and what became of it."""

from functools import cached_property
from itertools import zip_longest
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from prescriptions.dosage import plain
from prescriptions.models import Dispensing, Prescription, PrescriptionLine, Route, Warned
from prescriptions.serializers.catalogue import CHECKS, SEVERITIES, NotScreenedSerializer, ScreenedSerializer


class PlainNumberField(serializers.DecimalField):
    """A number as text, without zeros that say nothing, so that no reader rounds it."""

    def to_representation(self, value: Any) -> Any:
        return plain(value)


def _number(**options: Any) -> Any:
    return PlainNumberField(max_digits=12, decimal_places=6, read_only=True, allow_null=True, **options)


# ── What is prescribed ──────────────────────────────────────────────────────


class PrescribedSerializer(serializers.Serializer[Any]):
    """One medicine as it was written. Numbers are text; `text` is for the patient."""

    medicine = serializers.CharField()
    product = serializers.SerializerMethodField(help_text="Of the catalogue; null for what is not in it")
    dose = _number()
    unit = serializers.CharField()
    route = serializers.ChoiceField(choices=[*Route.choices, ("", "")])
    frequency = serializers.CharField(help_text="In shorthand: 1-0-1, bd, q8h")
    times_a_day = _number(help_text="0.142857 is once a week; null where nobody can say")
    as_needed = serializers.BooleanField()
    as_needed_for = serializers.CharField()
    days = serializers.IntegerField(allow_null=True, help_text="null: until further notice")
    quantity = _number()
    quantity_unit = serializers.CharField()
    text = serializers.CharField()
    note = serializers.CharField()

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_product(self, line: Any) -> str | None:
        return line.product or None


class PrescriptionSerializer(serializers.ModelSerializer[Prescription]):
    """A prescription with its medicines as they were written."""

    patient = serializers.UUIDField(source="patient_id", read_only=True)
    doctor = serializers.UUIDField(source="doctor_id", read_only=True)
    doctor_name = serializers.CharField(source="doctor", read_only=True)
    department = serializers.UUIDField(source="department_id", read_only=True)
    renews = serializers.UUIDField(source="renews_id", read_only=True, allow_null=True)
    signed_by = serializers.UUIDField(source="signed_by_id", read_only=True, allow_null=True)
    lines = PrescribedSerializer(source="written", many=True, read_only=True)

    class Meta:
        model = Prescription
        fields = (
            "id",
            "code",
            "status",
            "patient",
            "doctor",
            "doctor_name",
            "department",
            "indication",
            "note",
            "lines",
            "renews",
            "needs_second",
            "signed_at",
            "signed_by",
            "expires_on",
            "stopped_at",
            "stopped_because",
            "created_at",
            "updated_at",
            "version",
        )
        read_only_fields = fields


# ── Its life, its safety ────────────────────────────────────────────────────


class LifeSerializer(serializers.ModelSerializer[PrescriptionLine]):
    """What became of one medicine since the signature. `id` is what is dispensed and stopped."""

    dispensed = _number()
    to_dispense = _number()
    taken_until = serializers.SerializerMethodField(help_text="null: until further notice")

    class Meta:
        model = PrescriptionLine
        fields = ("id", "dispensed", "to_dispense", "taken_until", "stopped_at", "stopped_because")
        read_only_fields = fields

    @extend_schema_field(serializers.DateField(allow_null=True))
    def get_taken_until(self, line: PrescriptionLine) -> str | None:
        return None if line.is_long_term else line.taken_until.isoformat()


class WholeLineSerializer(PrescribedSerializer):
    """One medicine as it was written, and its `life` from the signature on; null before it."""

    life = LifeSerializer(allow_null=True)


class DispensingSerializer(serializers.ModelSerializer[Dispensing]):
    """What was handed out; by mistake, where it was taken back."""

    line = serializers.UUIDField(source="line_id", read_only=True)
    product = serializers.UUIDField(source="product_id", read_only=True, allow_null=True)
    site = serializers.UUIDField(source="site_id", read_only=True)
    quantity = _number()
    dispensed_by = serializers.UUIDField(source="recorded_by_id", read_only=True)
    dispensed_at = serializers.DateTimeField(source="created_at", read_only=True)
    returned_at = serializers.DateTimeField(source="retracted_at", read_only=True, allow_null=True)
    returned_because = serializers.CharField(source="retracted_because", read_only=True)

    class Meta:
        model = Dispensing
        fields = (
            "id",
            "line",
            "medicine",
            "product",
            "quantity",
            "quantity_unit",
            "is_substitute",
            "because",
            "batch",
            "site",
            "dispensed_by",
            "dispensed_at",
            "returned_at",
            "returned_because",
            "version",
        )
        read_only_fields = fields


class StandingFindingSerializer(serializers.Serializer[Any]):
    """A danger. `key` names it when it is overridden; `second`: overriding it needs a second signature."""

    key = serializers.CharField()
    rule = serializers.CharField()
    check = serializers.ChoiceField(choices=CHECKS)
    severity = serializers.ChoiceField(choices=SEVERITIES)
    medicines = serializers.ListField(child=serializers.CharField(), help_text="As they were written")
    text = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # the word of the answer
    second = serializers.BooleanField()


class CheckedSerializer(serializers.Serializer[Any]):
    """The last check: what was asked about the patient, and what was answered."""

    asked = serializers.DictField(help_text="What was known of the patient; null where nobody knew")
    findings = StandingFindingSerializer(many=True)
    screened = ScreenedSerializer(many=True)
    not_screened = NotScreenedSerializer(many=True)
    ruleset_version = serializers.CharField()
    checked_at = serializers.DateTimeField()


class OverriddenSerializer(serializers.Serializer[Any]):
    """A finding that was overridden, and why."""

    key = serializers.CharField()
    because = serializers.ChoiceField(choices=Warned.Because.choices)
    reason = serializers.CharField()


class WholePrescriptionSerializer(PrescriptionSerializer):
    """The same with its life, its safety and its signatures. `verified` is false where it is not what was signed."""

    lines: Any = serializers.SerializerMethodField()
    dispensings = serializers.SerializerMethodField()
    safety = serializers.SerializerMethodField()
    overrides = serializers.SerializerMethodField()
    signed_by_name = serializers.SerializerMethodField()
    second_signed_by = serializers.UUIDField(source="second_signed_by_id", read_only=True, allow_null=True)
    stopped_by = serializers.UUIDField(source="stopped_by_id", read_only=True, allow_null=True)
    verified = serializers.SerializerMethodField(
        help_text="Whether it and its lines still are what was signed"
    )
    discarded_because = serializers.CharField(source="retracted_because", read_only=True)

    class Meta:
        model = Prescription
        fields = (
            *PrescriptionSerializer.Meta.fields,
            "dispensings",
            "safety",
            "overrides",
            "signed_by_name",
            "content_hash",
            "second_signed_at",
            "second_signed_by",
            "second_hash",
            "verified",
            "declined_because",
            "discarded_because",
            "stopped_by",
            "stopped_note",
        )
        read_only_fields = fields

    @cached_property
    def _medicines(self) -> list[PrescriptionLine]:
        return list(PrescriptionLine.objects.filter(prescription_id=self._one.pk).in_order())

    @property
    def _one(self) -> Prescription:
        """It is read one by one, never in lists."""
        return cast("Prescription", self.instance)

    @extend_schema_field(WholeLineSerializer(many=True))
    def get_lines(self, prescription: Prescription) -> list[dict[str, Any]]:
        return [
            PrescribedSerializer(one).data | {"life": LifeSerializer(row).data if row else None}
            for one, row in zip_longest(prescription.written, self._medicines[: len(prescription.lines)])
        ]

    def get_verified(self, prescription: Prescription) -> bool:
        return prescription.is_intact and prescription.agrees_with(self._medicines)

    @extend_schema_field(DispensingSerializer(many=True))
    def get_dispensings(self, prescription: Prescription) -> Any:
        rows = Dispensing.objects.filter(prescription_id=prescription.pk).order_by("created_at", "id")
        return DispensingSerializer(rows, many=True).data if prescription.is_signed else []

    @extend_schema_field(CheckedSerializer(allow_null=True))
    def get_safety(self, prescription: Prescription) -> Any:
        return prescription.safety or None

    @extend_schema_field(OverriddenSerializer(many=True))
    def get_overrides(self, prescription: Prescription) -> Any:
        return prescription.overrides

    def get_signed_by_name(self, prescription: Prescription) -> str:
        return str(prescription.signed_by or "")
