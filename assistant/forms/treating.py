"""The shape of what is to be treated, as it is asked on a page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LONGEST_DIAGNOSIS = 200


class DiagnosisForm(forms.Form):
    """A problem of the patient, or a code or words that somebody typed."""

    problem = forms.UUIDField(required=False, widget=forms.HiddenInput)
    diagnosis = forms.CharField(
        label=_("Diagnosis"),
        max_length=LONGEST_DIAGNOSIS,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("A code of ICD-10, or words"),
    )

    @property
    def is_asked(self) -> bool:
        return self.is_valid() and any(self.cleaned_data[name] for name in ("problem", "diagnosis"))


class TakeForm(DiagnosisForm):
    """Which of the candidates becomes a draft."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def asked(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("problem", "diagnosis") if self.cleaned_data[name]}
