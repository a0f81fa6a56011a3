"""Plain text: UTF-8, and nothing in it that is no text."""

import re
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST_TEXT = 2_000_000  # bytes
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def check_text(path: Path) -> None:
    """Refuse what is no UTF-8, or holds control signs or signs that turn the direction of writing."""
    if path.stat().st_size > LONGEST_TEXT:
        raise ValidationError(
            _("A plain text is let in up to %(most)s million signs."),
            code="too_long",
            params={"most": LONGEST_TEXT // 1_000_000},
        )
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValidationError(
            _("This is none of the kinds that are let in: PDF, JPEG, PNG or plain text in UTF-8."),
            code="unknown_kind",
        ) from error
    if NO_TEXT.search(text):
        raise ValidationError(_("This text holds signs that are no text."), code="no_text")
    if not text.strip():
        raise ValidationError(_("This file is empty."), code="empty")
