"""Shapes of what people type into notes."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from patients.models import LONGEST_SECTION, SECTIONS, Encounter, NoteTemplate

HINTS = {
    "complaint": _("What brings the patient, in the patient’s words, and how it began"),
    "examination": _("What was found"),
    "assessment": _("What it is, or may be"),
    "plan": _("What is done, by whom and by when; when to come back"),
}
ROWS = {"complaint": 4, "examination": 5, "assessment": 3, "plan": 4}


def _section(name: str) -> Any:
    field: Any = Encounter._meta.get_field(name)
    return forms.CharField(
        label=capfirst(field.verbose_name),
        required=False,
        max_length=LONGEST_SECTION,
        help_text=HINTS[name],
        widget=forms.Textarea(attrs={"rows": ROWS[name], "class": "grows", "autocomplete": "off"}),
    )


class _Templates(forms.ModelChoiceField):  # type: ignore[type-arg]
    """The templates that are offered to this user."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(NoteTemplate.objects.none(), required=False, empty_label=_("None"), **kwargs)


class OpenNoteForm(forms.Form):
    """What kind of a contact it is, and with which words the note begins."""

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[one for one in Encounter.Kind.choices if one[0] != Encounter.Kind.VISIT],
        initial=Encounter.Kind.WALK_IN,
        widget=forms.RadioSelect,
    )
    template = _Templates(label=_("Begin with a template"))

    def __init__(self, *args: Any, templates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    """The four sections, and the version that their writer saw; `over` is one that he or she writes over."""

    complaint = _section("complaint")
    examination = _section("examination")
    assessment = _section("assessment")
    plan = _section("plan")
    template = _Templates(label=_("Template"))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    over = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)

    def __init__(self, *args: Any, templates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates  # type: ignore[attr-defined]

    @classmethod
    def of(cls, note: Encounter, templates: Any) -> "NoteForm":
        return cls(initial=note.sections() | {"version": note.version}, templates=templates)

    @property
    def sections(self) -> list[Any]:
        """The fields of the sections, for the template."""
        return [self[name] for name in SECTIONS]

    @property
    def seen_version(self) -> int:
        seen: int = self.cleaned_data["over"] or self.cleaned_data["version"]
        return seen

    def written(self) -> dict[str, str]:
        """What was typed; with the words of the chosen template where it is to be inserted."""
        typed = {name: self.cleaned_data[name] for name in SECTIONS}
        template = self.cleaned_data["template"] if "insert" in self.data else None
        return with_words_of(template, typed) if template else typed


def with_words_of(template: NoteTemplate, typed: dict[str, str]) -> dict[str, str]:
    """A template's words in what is empty, and below what is not; those that stand there already come once."""
    words = template.sections()
    return {
        name: text if words[name] in text else "\n\n".join(filter(None, [text.rstrip(), words[name]]))
        for name, text in typed.items()
    }


class SignForm(forms.Form):
    """Which version was read before it is signed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class RestoreForm(SignForm):
    """The same before a discarded draft is taken back."""


class DiscardForm(forms.Form):
    """Why a draft is put aside."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Such as: wrong patient, begun twice")
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class AddendumForm(forms.Form):
    """What is to be added to a signed note."""

    text = forms.CharField(
        label=_("Addendum"),
        max_length=LONGEST_SECTION,
        widget=forms.Textarea(attrs={"rows": 4, "class": "grows", "autocomplete": "off"}),
    )
