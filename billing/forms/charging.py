"""What is charged by hand: something of the price list, how often, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import places
from billing.forms.drafting import codes_in, named
from billing.forms.fields import Amount, Number
from billing.models import Service


class ChargeForm(forms.Form):
    """A service by its code or its name. What it costs is that of the list, unless somebody says why not."""

    item = forms.CharField(
        label=_("What for"),
        max_length=270,
        help_text=_("A code or a name of the price list"),
        widget=forms.TextInput(attrs={"list": "services", "autocomplete": "off"}),
    )
    quantity = Number(label=_("Quantity"), initial=1, max_digits=10)
    unit_amount = Amount(label=_("Price"), required=False, help_text=_("Empty: that of the price list"))
    department = forms.ChoiceField(label=_("Department"), required=False)
    because = forms.CharField(
        label=_("Reason"), required=False, max_length=300, help_text=_("For the desk; it is not printed")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.departments = {str(one.pk): one for one in places.departments()}
        choices = [(pk, one.name) for pk, one in self.departments.items()]
        self.fields["department"].choices = [("", _("None")), *choices]  # type: ignore[attr-defined]

    def clean_item(self) -> Service:
        """Whose code begins what was typed, or who is the only one of that name."""
        text = self.cleaned_data["item"]
        known = {one.code: one for one in Service.objects.offered().filter(code__in=codes_in([text]))}
        found, _words = named(text, known)
        if found is None:
            alike = list(Service.objects.offered().search(text)[:2])
            if len(alike) != 1:
                said = _("More than one service begins so.") if alike else _("This is not on the price list.")
                raise forms.ValidationError(said)
            found = alike[0]
        return found

    def clean_quantity(self) -> Any:
        if not self.cleaned_data["quantity"]:
            raise forms.ValidationError(_("A number above zero."))
        return self.cleaned_data["quantity"]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("unit_amount") is not None and not given.get("because", "").strip():
            self.add_error("because", _("Say why it costs something else."))
        return given

    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        return given | {
            "service": given.pop("item"),
            "department": self.departments.get(given["department"]),
        }
