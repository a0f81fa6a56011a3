"""Words to begin a note with: kept by administrators."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils.translation import gettext as _

from accounts.acting import note, service
from accounts.models import User
from hospital.errors import LostRace
from patients.models import NoteTemplate
from patients.models.words import tidy

KEEP_TEMPLATES = "patients.keep_note_templates"


@service(KEEP_TEMPLATES)
def add_note_template(*, by: User, **fields: Any) -> NoteTemplate:
    """Offer other words to begin a note with. Names are unique."""
    template = NoteTemplate(**fields)
    _see_that_none_is_called(template)
    try:
        return template.add()
    except IntegrityError as error:
        raise LostRace("A template of this name was added a moment ago.") from error


@service(KEEP_TEMPLATES)
def edit_note_template(
    template: NoteTemplate, *, by: User, seen_version: int | None = None, **changes: Any
) -> NoteTemplate:
    """Change the words, or offer them no longer. Notes that were begun with them stay as they are."""
    _see_that_none_is_called(NoteTemplate(pk=template.pk, name=changes.get("name", template.name)))
    note(fields=sorted(changes))
    return template.change(seen_version=seen_version, **changes)


def _see_that_none_is_called(template: NoteTemplate) -> None:
    name = tidy(template.name, lines=False)
    if NoteTemplate.objects.exclude(pk=template.pk).filter(name=name).exists():
        raise ValidationError({"name": _("There is one of this name already.")})
