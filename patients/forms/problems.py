"""Shapes of what people type about problems."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.clinical import icd
from patients.clinical.icd import Code
from patients.forms.entries import VersionForm, column, year
from patients.models import Problem


class CodeForm(forms.Form):
    """What somebody looks for in ICD-10-CM."""

    q = forms.CharField(label=_("Diagnosis, in words or as a code"), max_length=100, required=False)


class _Days(forms.Form):
    """Days of which perhaps only the year is known: `onset_on` or `onset_year`, `ended_on` or `ended_year`."""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("onset", "ended"):
            if f"{name}_year" in self.fields and not {f"{name}_on", f"{name}_year"} & self.errors.keys():
                self._fold(data, name)
        return data

    def _fold(self, data: dict[str, Any], name: str) -> None:
        """Fold the year into the day and `…_is_year`."""
        day, only_year = data.get(f"{name}_on"), data.pop(f"{name}_year", None)
        if day and only_year and day.year != only_year:
            self.add_error(f"{name}_year", _("Write either the date or the year."))
        elif only_year and not day:
            data[f"{name}_on"] = date(only_year, 1, 1)
        data[f"{name}_is_year"] = bool(only_year and not day)


class ProblemForm(_Days):
    """A problem: what has a code needs no words."""

    code = forms.CharField(widget=forms.HiddenInput, required=False)
    title = column(Problem, "title")
    onset_on = column(Problem, "onset_on")
    onset_year = year(_("Since, only the year"))
    ended_on = column(Problem, "ended_on", help_text=_("Leave both empty while it lasts."))
    ended_year = year(_("Until, only the year"))
    note = column(Problem, "note")

    def __init__(self, *args: Any, coded: Code | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.coded = coded
        if coded:
            del self.fields["title"]


class EditProblemForm(VersionForm, ProblemForm):
    """The same of what is written down already. The end is corrected here only if there is one."""

    code = forms.CharField(
        label=_("ICD-10-CM"), max_length=8, required=False, help_text=_("Another code brings its own words.")
    )
    field_order = ("code", "title", "onset_on", "onset_year", "ended_on", "ended_year", "note", "version")

    def __init__(self, *args: Any, problem: Problem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.problem = problem
        self.fields["code"].widget.attrs["autocomplete"] = "off"
        if problem.code:
            del self.fields["title"]
        if problem.is_active:
            del self.fields["ended_on"], self.fields["ended_year"]
        else:
            self.fields["ended_on"].help_text = ""

    @classmethod
    def of(cls, problem: Problem) -> "EditProblemForm":
        initial = {name: getattr(problem, name) for name in ("code", "title", "note", "version")}
        for name in ("onset", "ended"):
            initial |= _as_typed(problem, name)
        return cls(initial=initial, problem=problem)

    def clean_code(self) -> str:
        """Looked up before the transaction: reading the classification takes its time."""
        code: str = self.cleaned_data["code"]
        if not code or code == self.problem.code:
            return code
        found = icd.find(code)
        if found is None:
            raise forms.ValidationError(_("This is not a code of ICD-10-CM."))
        return found.code

    def changes(self) -> dict[str, Any]:
        """The columns in which the form differs from what is written down."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {name: value for name, value in given.items() if getattr(self.problem, name) != value}


class ResolveForm(VersionForm, _Days):
    """Since when a problem is over."""

    ended_on = column(Problem, "ended_on", help_text=_("Leave both empty if nobody knows."))
    ended_year = year(_("Until, only the year"))


def _as_typed(problem: Problem, name: str) -> dict[str, Any]:
    day: date | None = getattr(problem, f"{name}_on")
    if day and getattr(problem, f"{name}_is_year"):
        return {f"{name}_year": day.year}
    return {f"{name}_on": day}
