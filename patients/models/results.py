"""What the laboratory reports, and the tests it is asked for."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hospital import clock
from hospital.models import Record, RecordQuerySet
from patients.clinical.loinc import STARTERS, is_loinc, place_of
from patients.clinical.results import ARROWS, NOT_WITHIN, Delta, as_text, delta, flag_in_words, range_in_words
from patients.clinical.units import tidy_unit, unit_in_words
from patients.models.chart import ChartEntry, ChartQuerySet
from patients.models.words import UNPRINTABLE, has_forbidden, tidy

MOST_ON_FRONT = 10
MOST_READ_FOR_FRONT = 400  # a test that was last done before so many results stands on the page of results
SHOWN = ("loinc", "name", "comparator", "value", "text", "unit", "low", "high", "flag", "taken_at")
SAMPLES = UUID("6f2a4c1e-0b7d-5d3c-9a58-3d1f0a7c2e94")
Sample = tuple[str, datetime]  # laboratory, when it was taken
NOT_LOINC = _("This is no LOINC code: the number or its check digit is wrong.")


class LabTestQuerySet(RecordQuerySet):
    def load_starters(self) -> int:
        """Put in those of the starter set whose code is not there yet; returns how many. Changes no other."""
        known = set(self.values_list("loinc", flat=True))
        missing = [
            self.model(
                loinc=one.loinc,
                name=one.name,
                short_name=one.short_name,
                unit=one.unit,
                low=one.low,
                high=one.high,
                group=one.group,
            )
            for one in STARTERS
            if one.loinc not in known
        ]
        self.bulk_create(missing)
        return len(missing)

    def offered(self) -> Self:
        return self.filter(is_active=True)

    def search(self, text: str) -> Self:
        """Those whose code begins so, or whose name contains it."""
        text = " ".join(text.split())[:60]
        if not text:
            return self
        named = models.Q(name__icontains=text) | models.Q(short_name__icontains=text)
        return self.filter(named | models.Q(group__icontains=text) | models.Q(loinc__startswith=text))


class LabTest(Record):
    """A laboratory test: LOINC code, name, unit, and the range that is offered where the laboratory gives none."""

    loinc = models.CharField("LOINC", max_length=10, unique=True)
    name = models.CharField(_("name"), max_length=120)
    short_name = models.CharField(_("short name"), max_length=30)
    unit = models.CharField(_("unit"), max_length=30, blank=True, help_text="UCUM")
    low = models.DecimalField(_("usual from"), max_digits=14, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("usual to"), max_digits=14, decimal_places=4, null=True, blank=True)
    group = models.CharField(_("group"), max_length=40, blank=True)
    is_active = models.BooleanField(_("offered"), default=True)

    objects = LabTestQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("laboratory test")
        verbose_name_plural = _("laboratory tests")
        default_permissions = ("view",)
        permissions: ClassVar = [("keep_lab_tests", "Keep the list of laboratory tests")]

    def __str__(self) -> str:
        return f"{self.short_name} ({self.loinc})"

    @property
    def range(self) -> str:
        return range_in_words(self.low, self.high)

    @property
    def unit_shown(self) -> str:
        return unit_in_words(self.unit)

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        for name in ("name", "short_name", "unit", "group"):
            text = tidy(getattr(self, name), lines=False)
            if has_forbidden(text, lines=False):
                wrong[name] = UNPRINTABLE
            setattr(self, name, text)
        self.loinc, self.unit = self.loinc.strip(), tidy_unit(self.unit)
        if not is_loinc(self.loinc):
            wrong["loinc"] = NOT_LOINC
        if self.low is not None and self.high is not None and self.low > self.high:
            wrong["high"] = _("The range ends before it begins.")
        if wrong:
            raise ValidationError(wrong)


class LabImport(Record):
    """A file of results that was taken in, as a whole, once."""

    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    file_name = models.CharField(_("file"), max_length=200)
    laboratory = models.CharField(_("laboratory"), max_length=120, blank=True)
    results = models.PositiveIntegerField(_("results"), default=0)
    imported_by = models.ForeignKey(
        User, verbose_name=_("imported by"), on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("import of results")
        verbose_name_plural = _("imports of results")
        default_permissions = ("view",)
        permissions: ClassVar = [("import_results", "Take in a file of laboratory results")]

    def __str__(self) -> str:
        return self.file_name


class LabResultQuerySet(ChartQuerySet):
    def latest_first(self) -> Self:
        return self.order_by("-taken_at", "-id")

    def unseen(self) -> Self:
        """Those that no clinician has looked at yet."""
        return self.standing().filter(reviewed_at=None)

    def of_sample(self, patient_id: UUID, sample: Sample) -> Self:
        laboratory, taken_at = sample
        return self.filter(patient_id=patient_id, taken_at=taken_at, laboratory=laboratory)

    def front(self, patient_id: UUID) -> list[dict[str, Any]]:
        """What the card of the record page draws: the latest of each test, as they are shown. One query."""
        rows = self.standing().filter(patient_id=patient_id).latest_first().only(*SHOWN)
        return front_of(rows[:MOST_READ_FOR_FRONT])

    def put_deltas(self, rows: Sequence["LabResult"]) -> None:
        """Give these results of one patient their `delta` since the value before. One query for all of them."""
        if not rows:
            return
        earlier = (
            self.standing()
            .filter(
                patient_id=rows[0].patient_id,
                loinc__in=sorted({row.loinc for row in rows}),
                taken_at__lte=max(row.taken_at for row in rows),
                value__isnull=False,
                comparator="",
            )
            .order_by("taken_at", "id")
        )
        series: dict[tuple[str, str], list[tuple[datetime, UUID, Any]]] = {}
        for pk, loinc, unit, at, value in earlier.values_list("id", "loinc", "unit", "taken_at", "value"):
            series.setdefault((loinc, unit), []).append((at, pk, value))
        for row in rows:
            row.put_delta(series.get((row.loinc, row.unit), []))


def front_of(rows: Iterable["LabResult"]) -> list[dict[str, Any]]:
    """The latest of each test, of standing results that come the latest first; JSON values."""
    latest: dict[str, LabResult] = {}
    before: dict[str, str] = {}
    for row in rows:
        newer = latest.setdefault(row.loinc, row)
        if newer is not row and newer.unit == row.unit:
            before.setdefault(row.loinc, row.shown)
    chosen = sorted(latest.values(), key=lambda row: (-row.taken_at.timestamp(), not row.is_abnormal))
    chosen = sorted(chosen[:MOST_ON_FRONT], key=lambda row: place_of(row.loinc))
    return [
        {
            "loinc": row.loinc,
            "name": row.name,
            "value": row.shown,
            "unit": row.unit_shown,
            "range": row.range,
            "flag": row.flag,
            "at": row.taken_at.astimezone(UTC).isoformat(),
            "before": before.get(row.loinc, ""),
        }
        for row in chosen
    ]


class LabResult(ChartEntry):
    """One measured value, or a text: FHIR Observation, category laboratory."""

    TEXTS = ("name", "text", "unit", "laboratory", "external_id", "note")

    class Flag(models.TextChoices):
        """HL7 v3 ObservationInterpretation."""

        NONE = "", _("No range")
        NORMAL = "N", _("Normal")
        LOW = "L", _("Low")
        HIGH = "H", _("High")
        CRITICAL_LOW = "LL", _("Critically low")
        CRITICAL_HIGH = "HH", _("Critically high")
        ABNORMAL = "A", _("Abnormal")

    class Source(models.TextChoices):
        HAND = "hand", _("By hand")
        API = "api", _("Another system")
        IMPORT = "import", _("Import")

    loinc = models.CharField("LOINC", max_length=10)
    name = models.CharField(_("test"), max_length=120)
    comparator = models.CharField(
        _("comparator"), max_length=2, blank=True, choices=[("<", "<"), ("<=", "≤"), (">=", "≥"), (">", ">")]
    )
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=4, null=True, blank=True)
    text = models.CharField(_("result in words"), max_length=400, blank=True)
    unit = models.CharField(_("unit"), max_length=30, blank=True)
    low = models.DecimalField(_("range from"), max_digits=14, decimal_places=4, null=True, blank=True)
    high = models.DecimalField(_("range to"), max_digits=14, decimal_places=4, null=True, blank=True)
    flag = models.CharField(_("flag"), max_length=2, choices=Flag, blank=True)
    taken_at = models.DateTimeField(_("sample taken"), default=clock.now)
    laboratory = models.CharField(_("laboratory"), max_length=120, blank=True)
    external_id = models.CharField(
        max_length=120, blank=True, help_text=_("The laboratory's own number of this result")
    )
    source = models.CharField(max_length=6, choices=Source, default=Source.HAND, editable=False)
    imported = models.ForeignKey(
        LabImport, on_delete=models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, editable=False, db_index=False
    )
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = LabResultQuerySet.as_manager()  # type: ignore[misc]
    delta: Delta | None = None

    class Meta:
        verbose_name = _("laboratory result")
        verbose_name_plural = _("laboratory results")
        default_permissions = ("view",)
        permissions: ClassVar = [
            ("record_result", "Write down a laboratory result"),
            ("review_result", "Say that one has seen a result"),
            ("retract_result", "Take back a result that was entered in error"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["patient", "taken_at", "id"], name="result_patient"),
            models.Index(fields=["patient", "loinc", "taken_at"], name="result_series"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["laboratory", "external_id"],
                condition=models.Q(external_id__gt=""),
                name="one_result_of_a_number",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    @property
    def shown(self) -> str:
        """The value as people read it: 118, < 5, or the words of the result."""
        if self.value is None:
            return self.text
        sign = f"{self.get_comparator_display()}\N{NARROW NO-BREAK SPACE}" if self.comparator else ""
        return f"{sign}{as_text(self.value)}"

    @property
    def unit_shown(self) -> str:
        return unit_in_words(self.unit)

    @property
    def range(self) -> str:
        return range_in_words(self.low, self.high)

    @property
    def is_abnormal(self) -> bool:
        return self.flag in NOT_WITHIN

    @property
    def flag_shown(self) -> str:
        return flag_in_words(self.flag, self.range)

    @property
    def arrow(self) -> str:
        """The sign alone, where there is no room for the word."""
        return ARROWS.get(self.flag, "")

    @property
    def sample(self) -> Sample:
        return self.laboratory, self.taken_at

    @property
    def sample_id(self) -> UUID:
        """That under which all results of one sample stand in the timeline."""
        return sample_id(self.patient_id, self.sample)

    def put_delta(self, series: Sequence[tuple[datetime, UUID, Any]]) -> None:
        """`series`: time, id and value of the same test in the same unit, in order."""
        place = bisect_left([(at, pk) for at, pk, _value in series], (self.taken_at, self.pk))
        if self.value is None or self.comparator or self.is_retracted or not place:
            return
        at, _pk, value = series[place - 1]
        self.delta = delta(self.value, self.taken_at, value, at)

    def clean(self) -> None:
        super().clean()
        wrong: dict[str, Any] = {}
        self.loinc, self.unit = self.loinc.strip(), tidy_unit(self.unit)
        self.taken_at = self.taken_at.astimezone(UTC)
        self.taken_at = self.taken_at.replace(microsecond=self.taken_at.microsecond // 1000 * 1000)
        if not is_loinc(self.loinc):
            wrong["loinc"] = NOT_LOINC
        if self.value is None and not self.text:
            wrong["value"] = _("Write a value, or the result in words.")
        if self.comparator and self.value is None:
            wrong["value"] = _("Write the number that goes with the sign.")
        if self.low is not None and self.high is not None and self.low > self.high:
            wrong["high"] = _("The range ends before it begins.")
        if wrong:
            raise ValidationError(wrong)


def sample_id(patient_id: UUID, sample: Sample) -> UUID:
    laboratory, taken_at = sample
    return uuid5(SAMPLES, f"{patient_id.hex}|{taken_at.astimezone(UTC).isoformat()}|{laboratory}")
