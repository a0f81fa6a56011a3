"""The shape of a report that is to be read: pasted, or a file of which nothing is kept."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assistant.summarising.summary import LONGEST_REPORT
from patients.files import let_in
from patients.files.reading import read_once

ACCEPT = ".pdf,.txt"


def text_in(upload: Any) -> str:
    """What a file says. Raises ValidationError where it is not let in or says nothing that can be read."""
    text = read_once(let_in(upload))
    if not text:
        raise ValidationError(_("There is no text in it that can be read: it may be a scan."), code="no_text")
    return text


def fitting(text: str) -> str:
    """Raises ValidationError where it is too long."""
    if len(text) > LONGEST_REPORT:
        raise ValidationError(
            _("At most %(most)s signs are read at once.") % {"most": LONGEST_REPORT}, code="too_long"
        )
    return text


class ReportForm(forms.Form):
    """One of the two. `source` is what was read of it."""

    text = forms.CharField(
        label=gettext_lazy("Report"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "class": "grows", "spellcheck": "false"}),
    )
    file = forms.FileField(
        label=gettext_lazy("or a file"),
        required=False,
        help_text=gettext_lazy("PDF with text in it, or plain text. Nothing of it is kept."),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        allow_empty_file=True,  # let_in says so in our words
    )

    def clean_text(self) -> str:
        return fitting(self.cleaned_data["text"].replace("\r\n", "\n"))

    def clean_file(self) -> str:
        upload = self.cleaned_data["file"]
        return fitting(text_in(upload)) if upload else ""

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and not (given.get("file") or given.get("text", "").strip()):
            self.add_error("text", _("Paste a report, or choose a file."))
        return given

    @property
    def source(self) -> str:
        return str(self.cleaned_data["file"] or self.cleaned_data["text"])
