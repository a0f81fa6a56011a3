"""Shapes of what is typed about a patient's consents."""

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import Consent


class ConsentForm(forms.Form):
    """What the patient says, to what."""

    kind = forms.ChoiceField(label=_("Consent to"), choices=[("", _("Choose")), *Consent.Kind.choices])
    is_given = forms.TypedChoiceField(
        label=_("The patient says"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda given: given == "yes",
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=200,
        required=False,
        help_text=_("Such as: on paper of 3 May, by phone, the mother for her child"),
    )
