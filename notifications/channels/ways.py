"""All channels of one worker, opened for a while."""

from types import TracebackType
from typing import Self

from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from notifications.channels.errors import NotSent, Uncertain
from notifications.channels.sms import SmsGateway, gateway
from notifications.channels.smtp import Smtp
from notifications.letters import Letter
from notifications.models import Channel

SMTP_BACKEND = "django.core.mail.backends.smtp.EmailBackend"


def _as_mail(letter: Letter) -> EmailMultiAlternatives:
    """Multipart text, HTML and calendar (RFC 5546 for METHOD, RFC 8058 for opting out with one click)."""
    host = settings.PUBLIC_HOST
    headers = {"Message-ID": f"<{letter.key}@{host}>", "Auto-Submitted": "auto-generated"}
    if letter.opt_out_url:
        headers["List-Unsubscribe"] = f"<{letter.opt_out_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    written = EmailMultiAlternatives(
        letter.title, letter.text, settings.DEFAULT_FROM_EMAIL, [letter.to], headers=headers
    )
    written.attach_alternative(letter.html, "text/html")
    if letter.calendar:
        written.attach("appointment.ics", letter.calendar, f"text/calendar; method={letter.method}")
    return written


class Ways:
    """Sends letters; keeps the connection to the mail server from one to the next."""

    def __init__(self) -> None:
        self._smtp = Smtp()
        self._gateway: SmsGateway | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._smtp.close()

    def send(self, channel: str, letter: Letter) -> None:
        """Raises NotSent or Uncertain."""
        if channel == Channel.SMS:
            if self._gateway is None:
                self._gateway = gateway()
            self._gateway.send(letter.to, letter.short, letter.key)
        elif settings.EMAIL_BACKEND == SMTP_BACKEND:
            written = _as_mail(letter)
            self._smtp.send(written.message(), settings.DEFAULT_FROM_EMAIL, letter.to)
        else:
            _by_backend(_as_mail(letter))


def _by_backend(written: EmailMultiAlternatives) -> None:
    """Any other backend of Django's: of what it raises nobody knows at which point it did."""
    try:
        mail.get_connection().send_messages([written])
    except NotSent:
        raise
    except Exception as error:
        raise Uncertain(type(error).__name__) from error


def deduplicates(channel: str) -> bool:
    """Whether sending the same letter again is harmless, because the other side knows its key."""
    if channel == Channel.SMS:
        return gateway().deduplicates
    if settings.EMAIL_BACKEND == SMTP_BACKEND:
        return bool(settings.EMAIL_DEDUPLICATES)
    return bool(getattr(mail.get_connection(), "deduplicates", False))
