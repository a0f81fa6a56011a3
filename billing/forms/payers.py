"""Who pays besides the patient, and until when."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.forms.fields import version
from billing.forms.statement import DAYS
from billing.models import Payer


class PayerForm(forms.Form):
    """An insurer, an employer or an office. Of one that there is, the code stays."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    code = forms.CharField(label=_("Code"), max_length=30, help_text=_("It stays for good"))
    name = forms.CharField(label=_("Name"), max_length=200)
    address = forms.CharField(
        label=_("Address"), max_length=400, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, payer: Payer | None = None, **kwargs: Any) -> None:
        if payer is not None:
            kwargs["initial"] = {"version": payer.version, "name": payer.name, "address": payer.address}
        super().__init__(*args, **kwargs)
        if payer is not None:
            del self.fields["code"]

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class EndForm(forms.Form):
    version = version()
    valid_until = forms.DateField(label=_("The last day"), validators=DAYS)
