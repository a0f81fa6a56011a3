"""Shapes of what people type to sign, to agree, to send back, to stop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from prescriptions.models import PrescriptionLine, StopReason, Warned
from prescriptions.services import Override, must_be_answered

LONGEST_WORDS = 300


def password_field() -> forms.CharField:
    return forms.CharField(
        label=_("Your password"),
        help_text=_("You sign with it. It is asked for each time."),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AgreeForm(forms.Form):
    """The password, and which version was read."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    password = password_field()


@dataclass(frozen=True)
class Answerable:
    """A finding on the page: whether it must be answered, its two fields, and whether it was not there before."""

    finding: Mapping[str, Any]
    because: Any = None
    reason: Any = None
    is_new: bool = False


class SignForm(AgreeForm):
    """The same, what was shown, and for each contraindicated finding why it is signed all the same.

    Fields of a finding are named by its key, so that what was typed stays with it whatever else is found.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, findings: Sequence[Mapping[str, Any]], earlier: Mapping[str, Warned], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.findings = findings
        for one in findings:
            if must_be_answered(one):
                self._ask_about(one, earlier.get(one["key"]))
        self.order_fields([name for name in self.fields if name != "password"])

    def _ask_about(self, finding: Mapping[str, Any], earlier: Warned | None) -> None:
        key, medicines = finding["key"], " + ".join(finding["medicines"])
        self.fields[f"because_{key}"] = forms.ChoiceField(
            label=_now("Why do you sign %(medicines)s all the same?") % {"medicines": medicines},
            choices=[("", _("Choose a reason")), *Warned.Because.choices],
            required=False,
            initial=earlier.because if earlier else "",
        )
        self.fields[f"reason_{key}"] = forms.CharField(
            label=_("In words"),
            required=False,
            max_length=LONGEST_WORDS,
            initial=earlier.reason if earlier else "",
            help_text=_("Needed for another reason. It is signed with the prescription."),
        )

    @property
    def shown(self) -> set[str]:
        """The keys of what stood on the page that was sent."""
        return set(str(self.data.get("seen", "")).split())

    def clean(self) -> None:
        """What was not on the page that was sent is not asked for: the service says that it is new."""
        for one in self.findings:
            if must_be_answered(one) and one["key"] in self.shown:
                self._check_answer(one["key"])

    def _check_answer(self, key: str) -> None:
        because = self.cleaned_data.get(f"because_{key}")
        if not because and f"because_{key}" not in self.errors:
            self.add_error(f"because_{key}", _now("Choose a reason, or change the prescription."))
        if because == Warned.Because.OTHER and not self.cleaned_data.get(f"reason_{key}"):
            self.add_error(f"reason_{key}", _now("Say in words why."))

    def overrides(self) -> dict[str, Override]:
        """What was answered, by the keys of the findings."""
        given = self.cleaned_data
        keys = [one["key"] for one in self.findings if given.get(f"because_{one['key']}")]
        return {key: Override(given[f"because_{key}"], given[f"reason_{key}"]) for key in keys}

    def answerable(self) -> list[Answerable]:
        """The findings with their fields, for the template."""
        return [self._with_fields(one) for one in self.findings]

    def _with_fields(self, finding: Mapping[str, Any]) -> Answerable:
        key, is_new = finding["key"], self.is_bound and finding["key"] not in self.shown
        if not must_be_answered(finding):
            return Answerable(finding, is_new=is_new)
        return Answerable(finding, self[f"because_{key}"], self[f"reason_{key}"], is_new)


class DeclineForm(forms.Form):
    """Why it is sent back unsigned."""

    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_WORDS, help_text=_("The first signer reads it with the draft.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class StopForm(forms.Form):
    """Which medicines are stopped, and why."""

    lines = forms.MultipleChoiceField(
        label=_("Which medicines?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one medicine.")},
    )
    because = forms.ChoiceField(label=_("Why?"), choices=[("", _("Choose a reason")), *StopReason.choices])
    note = forms.CharField(
        label=_("In words"),
        max_length=LONGEST_WORDS,
        required=False,
        help_text=_("Needed for another reason."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args: Any, medicines: Sequence[PrescriptionLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), one.medicine) for one in medicines]
        self.fields["lines"].choices = choices  # type: ignore[attr-defined]
        self.fields["lines"].initial = [pk for pk, _medicine in choices]

    def clean(self) -> None:
        if self.cleaned_data.get("because") == StopReason.OTHER and not self.cleaned_data.get("note"):
            self.add_error("note", _now("Say in words why."))


class RenewForm(forms.Form):
    """Nothing to fill in: sent, it says yes."""
