"""Shapes of what people type about documents."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from patients.files import Incoming, let_in
from patients.files.kinds import ACCEPT
from patients.models import Document


class SeveralFiles(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """One file or several."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        return [super(FilesField, self).clean(one, initial) for one in data or [None]]


def _field(name: str, **options: Any) -> Any:
    field: Any = Document._meta.get_field(name)
    made = field.formfield(**options)
    made.widget.attrs.setdefault("autocomplete", "off")
    return made


class UploadForm(forms.Form):
    """Files for a chart, and what they are."""

    file = FilesField(
        label=_("File"),
        help_text=_("PDF, JPEG, PNG or plain text. Several at once if one title and kind fit all of them."),
        widget=SeveralFiles(attrs={"accept": ACCEPT}),
        allow_empty_file=True,  # let_in says so in our words
    )
    kind = _field("kind")
    title = _field("title", required=False, help_text=_("Without one it is called as its file."))
    dated_on = _field("dated_on")
    is_confirmed = forms.BooleanField(
        label=_("Keep it although it is in this chart already"),
        help_text=_("Choose the file again, too."),
        required=False,
        widget=forms.HiddenInput,
    )

    def clean(self) -> dict[str, Any]:
        """Let the files in, when all else is right: each of them, or what is wrong with which."""
        data = self.cleaned_data
        if self.errors:
            return data
        kept: list[Incoming] = []
        wrong: list[Any] = []
        for upload in data["file"]:
            try:
                kept.append(let_in(upload))
            except ValidationError as error:
                wrong += [f"{upload.name}: {message}" for message in error.messages]
        if wrong:
            for one in kept:
                one.forget()
            self.add_error("file", [*wrong, _("Nothing was kept. Choose the files again.")])
        data["file"] = kept
        return data

    def ask_to_confirm(self) -> None:
        """Show the box that lets the same file in a second time."""
        self.fields["is_confirmed"].widget = forms.CheckboxInput()


class EditDocumentForm(forms.Form):
    """What may be corrected of a document, with the version that its reader saw."""

    title = _field("title")
    kind = _field("kind")
    dated_on = _field("dated_on")
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    @classmethod
    def of(cls, document: Document) -> "EditDocumentForm":
        return cls(initial={name: getattr(document, name) for name in cls.base_fields})

    def changes(self, document: Document) -> dict[str, Any]:
        """The columns in which the form differs from the document."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return {name: value for name, value in given.items() if getattr(document, name) != value}


class RetractDocumentForm(forms.Form):
    """Why a document does not belong into this chart."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Such as: belongs to another patient, put in twice")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
