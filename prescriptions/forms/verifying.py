"""Shapes of what is typed from a printed prescription, by whoever holds it."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hospital.models import LENGTH_OF_CODE, SIGNS
from prescriptions.papers import LENGTH_OF_SIGNS

BETWEEN = re.compile(r"[\s\u2010-\u2015\-_.:·]+")
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})  # what eyes take for digits
HEX = "0123456789ABCDEF"


def _typed(text: str, length: int, known: str) -> str:
    """Without gaps and in capital letters. Raises ValidationError with what is wrong about it."""
    plain = BETWEEN.sub("", text).upper().translate(READ_AS)
    strange = sorted({sign for sign in plain if sign not in known})
    if strange:
        said = _("%(signs)s cannot stand here: only these can: %(known)s")
        raise ValidationError(said % {"signs": " ".join(strange)[:20], "known": known})
    if len(plain) != length:
        said = _("There are %(length)d signs on the paper, and %(typed)d here.")
        raise ValidationError(said % {"length": length, "typed": len(plain)})
    return plain


class VerifyForm(forms.Form):
    """Code and signs as they are printed, in any case, with or without hyphens and gaps."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("12 letters and digits, such as K7QM-2F9D-XTA4"),
    )
    signs = forms.CharField(
        label=gettext_lazy("Signs"),
        max_length=60,
        help_text=gettext_lazy("16 letters and digits, such as 3fa9 77c1 09be 4d20"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs |= {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}

    def clean_code(self) -> str:
        return _typed(self.cleaned_data["code"], LENGTH_OF_CODE, SIGNS)

    def clean_signs(self) -> str:
        return _typed(self.cleaned_data["signs"], LENGTH_OF_SIGNS, HEX).lower()
