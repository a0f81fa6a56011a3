"""Shapes of what people type about laboratory results."""

import re
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hospital import clock
from patients.clinical.results import as_text
from patients.models import LabResult, LabTest
from patients.services.result_lines import MOST_BYTES, read_moment, read_number, read_value
from patients.services.results import MOST_AT_ONCE


class _Read(forms.CharField):
    """A text that a reader makes something of; its ValueError says what is wrong."""

    def __init__(self, *args: Any, reader: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.widget.attrs.setdefault("autocomplete", "off")
        self.reader = reader

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.reader(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


class ResultForm(forms.Form):
    """A result of one test. It begins with the unit of the list of tests and, for adults, with its usual range."""

    value = _Read(
        label=gettext_lazy("Value"),
        reader=read_value,
        required=False,
        max_length=30,
        help_text=gettext_lazy("Such as 5.2, or < 0.5"),
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    unit = forms.CharField(label=gettext_lazy("Unit"), required=False, max_length=30)
    low = _Read(label=gettext_lazy("Range from"), reader=read_number, required=False, max_length=30)
    high = _Read(label=gettext_lazy("Range to"), reader=read_number, required=False, max_length=30)
    flag = forms.ChoiceField(
        label=gettext_lazy("Flag"),
        required=False,
        choices=[("", gettext_lazy("By the range")), *LabResult.Flag.choices[1:]],
        help_text=gettext_lazy("If the laboratory gives one"),
    )
    text = forms.CharField(
        label=gettext_lazy("Result in words"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Where there is no number, such as: negative"),
    )
    taken_at = _Read(
        label=gettext_lazy("Sample taken"), reader=str, max_length=40, widget=forms.DateTimeInput
    )
    laboratory = forms.CharField(label=gettext_lazy("Laboratory"), required=False, max_length=120)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=400)
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have looked again: the value is right"), required=False
    )

    def __init__(self, data: Any = None, *, test: LabTest, zone: ZoneInfo, is_adult: bool) -> None:
        initial = {
            "unit": test.unit,
            "low": as_text(test.low) if is_adult else "",
            "high": as_text(test.high) if is_adult else "",
            "taken_at": f"{clock.now().astimezone(zone):%Y-%m-%dT%H:%M}",
        }
        super().__init__(data, initial=initial)
        self.fields["taken_at"].reader = lambda text: read_moment(text, zone)  # type: ignore[attr-defined]

    @property
    def is_asked(self) -> bool:
        """Whether the value was found unlikely, so that somebody has to say that it is right."""
        asked = any(error.code == "unlikely" for error in self.errors.as_data().get("value", []))
        return asked or bool(self.data.get("confirmed"))

    def result(self) -> dict[str, Any]:
        """What the service takes."""
        given = dict(self.cleaned_data)
        given |= given.pop("value") or {}
        return given


class RetractForm(forms.Form):
    """Why something is wrong."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        help_text=gettext_lazy("Such as: wrong patient, sample mixed up"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class _Ids(forms.MultipleChoiceField):
    """Ids of rows; whose they are the view looks up."""

    def valid_value(self, value: Any) -> bool:
        return re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", str(value)) is not None

    def clean(self, value: Any) -> list[UUID]:
        return [UUID(one) for one in super().clean(value)[:MOST_AT_ONCE]]


class ReviewForm(forms.Form):
    """Which results somebody has seen."""

    result = _Ids()


class ResultsFilterForm(forms.Form):
    """Which results are listed."""

    test = forms.ChoiceField(label=gettext_lazy("Test"), required=False)
    show = forms.ChoiceField(
        label=gettext_lazy("Show"),
        required=False,
        choices=[
            ("", gettext_lazy("All")),
            ("abnormal", gettext_lazy("Out of range only")),
            ("unseen", gettext_lazy("Not reviewed only")),
        ],
    )

    def __init__(self, *args: Any, tests: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["test"].choices = [("", _("All tests")), *tests]  # type: ignore[attr-defined]


class ImportForm(forms.Form):
    """A file of results, and the laboratory that it comes from."""

    laboratory = forms.CharField(
        label=gettext_lazy("Laboratory"),
        max_length=120,
        help_text=gettext_lazy(
            "Its name as in earlier files: together with its own numbers it makes each result one."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("File"),
        max_length=200,
        help_text=gettext_lazy("CSV in UTF-8, at most 5,000 lines and 2 MB"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv,text/plain"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(_("This file is larger than 2 MB. Divide it."))
        return file

    @property
    def wrong_lines(self) -> list[dict[str, Any]]:
        """What is wrong in the file, place by place."""
        errors = self.non_field_errors().as_data()
        return [
            {"line": error.params["line"], "column": error.params["column"], "words": error.message}
            for error in errors
            if error.code == "line" and error.params
        ]
