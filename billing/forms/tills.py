"""What is in a till when it is opened, and when it is counted."""

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.forms.fields import Amount, version


class OpenTillForm(forms.Form):
    float_amount = Amount(label=_("Cash in the till"), help_text=_("With which the day begins"))


class CloseTillForm(forms.Form):
    version = version()
    counted_amount = Amount(label=_("Counted"), help_text=_("All cash in the till, the float with it"))
    because = forms.CharField(
        label=_("Reason"), required=False, max_length=300, help_text=_("Where it is not what is expected")
    )
