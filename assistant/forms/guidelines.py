"""The file of a guideline as it is chosen in a form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.files import Incoming, let_in

ACCEPT = ".pdf,.md,.txt"


class GuidelineFile(forms.FileField):
    """A file that was let in: what is refused is said at the field."""

    def __init__(self) -> None:
        super().__init__(
            label=_("File"),
            help_text=_("PDF with text in it, Markdown, or plain text in UTF-8."),
            widget=forms.FileInput(attrs={"accept": ACCEPT}),
            allow_empty_file=True,  # let_in says so in our words
        )

    def clean(self, data: Any, initial: Any = None) -> Incoming:
        return let_in(super().clean(data, initial))
