"""What people type, made fit to be kept: one form of each letter, nothing that cannot be printed."""

import unicodedata

from django.utils.translation import gettext_lazy as _

UNPRINTABLE = _("This contains signs that cannot be printed.")
_BIDI_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def has_forbidden(text: str, *, lines: bool) -> bool:
    """Whether a text holds control signs or signs that turn its direction. `lines`: it may have several."""
    allowed = "\r\n\t" if lines else ""
    return any(
        (unicodedata.category(sign) in {"Cc", "Cs"} and sign not in allowed) or sign in _BIDI_OVERRIDES
        for sign in text
    )


def tidy(text: str, *, lines: bool) -> str:
    """NFC, without spaces at its ends; in one line, without more than one space between words."""
    text = unicodedata.normalize("NFC", text)
    return text.replace("\r\n", "\n").strip() if lines else " ".join(text.split())
