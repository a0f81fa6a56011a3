"""Files in var/outbox/ instead of a mail server or a gateway. The same letter is the same file, however often it is sent."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from hospital import clock
from hospital.models import uuid7
from notifications.channels.errors import NotSent


def put(name: str, content: bytes) -> None:
    """Write a whole file or none."""
    folder = Path(settings.EMAIL_FILE_PATH)
    part = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(folder / name)
    except OSError as error:
        raise NotSent(f"{type(error).__name__}: {error.strerror}") from error


class OutboxFiles(BaseEmailBackend):
    """Django's e-mail backend of a house without a mail server: one .eml a message, by its Message-ID."""

    deduplicates = True

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            written = message.message()
            given = re.sub(
                r"[^0-9a-zA-Z]", "", str(message.extra_headers.get("Message-ID", "")).split("@")[0]
            )
            put(f"{given or uuid7().hex}.eml", written.as_bytes())
        return len(email_messages)


class SmsFiles:
    """The text-message gateway of a house that has none: one .sms.txt a message."""

    deduplicates = True

    def send(self, number: str, text: str, key: str) -> None:
        put(f"{key}.sms.txt", f"To: {number}\nAt: {clock.now().isoformat()}\n\n{text}\n".encode())
