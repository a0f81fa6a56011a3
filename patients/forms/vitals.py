"""Shapes of what people type about vital signs."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import places
from hospital import clock
from patients.clinical.ages import age_on
from patients.clinical.measures import MEASURES
from patients.clinical.plausible import IMPLAUSIBLE
from patients.models import Patient, Vitals
from patients.services.vitals import TOLERANCE

MAY_BE_PREGNANT = range(10, 61)  # years in which it is asked
YEARS = range(1800, 2300)  # in which every zone can count
PERIODS = {
    "day": (1, _("Last 24 hours")),
    "week": (7, _("Last 7 days")),
    "month": (31, _("Last 31 days")),
    "year": (366, _("Last year")),
    "all": (None, _("All")),
}


class NumberField(forms.DecimalField):
    """A number as it is typed here: with a comma or a point."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


def _number(name: str, **options: Any) -> NumberField:
    """The field of a column of numbers, with a keypad and without arrows that a wheel could turn."""
    column: Any = Vitals._meta.get_field(name)
    decimals = getattr(column, "decimal_places", 0)
    keypad = "decimal" if decimals else "numeric"
    return NumberField(
        label=capfirst(column.verbose_name),
        required=False,
        max_digits=getattr(column, "max_digits", 5),
        decimal_places=decimals,
        widget=forms.TextInput(attrs={"inputmode": keypad, "autocomplete": "off", "maxlength": 8}),
        **options,
    )


def _yes_or_no(given: str) -> bool:
    return given == "yes"


class VitalsForm(forms.Form):
    """A set of measurements, in the order of a bedside chart. What was not measured stays empty."""

    taken_at = forms.DateTimeField(label=_("Measured at"))
    respiration = _number("respiration")
    spo2 = _number("spo2")
    on_oxygen = forms.TypedChoiceField(
        label=_("Air or oxygen"),
        choices=[("no", _("Air")), ("yes", _("Oxygen"))],
        coerce=_yes_or_no,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    spo2_scale_2 = forms.BooleanField(label=_("Saturation target 88–92 % (NEWS2 scale 2)"), required=False)
    systolic = _number("systolic")
    diastolic = _number("diastolic")
    pulse = _number("pulse")
    consciousness = forms.ChoiceField(
        label=_("Consciousness"),
        choices=Vitals.Consciousness.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    temperature = _number("temperature")
    pain = _number("pain", help_text=_("0 none, 10 the worst that can be imagined"))
    glucose = _number("glucose")
    weight = _number("weight")
    height = _number("height")
    pregnancy = forms.ChoiceField(
        label=_("Pregnancy"),
        choices=[(Vitals.Pregnancy.NO, _("Not pregnant")), (Vitals.Pregnancy.YES, _("Pregnant"))],
        required=False,
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Note"), max_length=400, required=False)
    confirmed = forms.BooleanField(label=_("I have checked these values"), required=False)

    SCORED: ClassVar = (
        *("respiration", "spo2", "on_oxygen", "spo2_scale_2", "systolic", "diastolic"),
        *("pulse", "consciousness", "temperature"),
    )
    OTHERS: ClassVar = ("pain", "glucose", "weight", "height", "pregnancy", "note")

    def __init__(self, *args: Any, patient: Patient, **kwargs: Any) -> None:
        self.zone = places.site(patient.site_id).zone
        now = clock.now().astimezone(self.zone)
        super().__init__(*args, **kwargs)
        self.initial["taken_at"] = now.replace(tzinfo=None)
        kept: Any = patient.chart.vitals
        if kept and kept["readings"] and kept["readings"][0]["scale_2"]:
            self.initial["spo2_scale_2"] = True
            self.fields["spo2_scale_2"].help_text = _("As in the last set.")
        years = age_on(now.date(), patient.birth_date).years
        if patient.sex == Patient.Sex.MALE or years not in MAY_BE_PREGNANT:
            del self.fields["pregnancy"]
        self.fields["respiration"].widget.attrs["autofocus"] = True

    def clean_taken_at(self) -> datetime:
        """The clock on the wall of the site. An hour that comes twice is the later one, unless that is to come."""
        wall: datetime = self.cleaned_data["taken_at"].replace(tzinfo=None)
        if wall.year not in YEARS:
            raise forms.ValidationError(_("Write the day and the time."))
        first, second = (wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
        earlier, later = sorted((first, second))
        return later if later <= clock.now() + TOLERANCE else earlier

    @property
    def asks(self) -> bool:
        """Whether a value was questioned, so that it has to be confirmed."""
        return any(self.has_error(name, code=IMPLAUSIBLE) for name in self.fields) or bool(
            self["confirmed"].value()
        )

    @property
    def sections(self) -> list[dict[str, Any]]:
        """The fields in groups, each with the unit that stands beside its control."""
        groups = [(_("For NEWS2"), self.SCORED), (_("Others"), self.OTHERS)]
        return [
            {
                "title": title,
                "fields": [
                    (self[name], MEASURES[name].unit if name in MEASURES else "")
                    for name in names
                    if name in self.fields
                ],
            }
            for title, names in groups
        ]


class RetractForm(forms.Form):
    """Why something was entered in error."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Such as: another patient, typed wrong")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class TrendForm(forms.Form):
    """Which value, over which time."""

    measure = forms.ChoiceField(
        label=_("Value"), choices=[(one.key, one.label) for one in MEASURES.values()], required=False
    )
    period = forms.ChoiceField(
        label=_("Period"), choices=[(key, label) for key, (_days, label) in PERIODS.items()], required=False
    )
