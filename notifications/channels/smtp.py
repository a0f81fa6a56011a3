"""A conversation with a mail server in which it is known, at each point, whether the server has taken the letter."""

import smtplib
from contextlib import suppress
from email.message import Message as Mail
from email.utils import parseaddr

from django.conf import settings
from django.core.mail.utils import DNS_NAME

from notifications.channels.errors import NotSent, Uncertain

CLOSING, FOR_GOOD = 421, 500
Reply = tuple[int, bytes]


class Smtp:
    """One kept connection, opened when it is first needed and again when the server has closed it."""

    def __init__(self) -> None:
        self._server: smtplib.SMTP | None = None

    def close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.quit()

    def send(self, mail: Mail, sender: str, recipient: str) -> None:
        """Hand over one letter. NotSent until the last line of it is on its way, Uncertain from then on."""
        address = _in_ascii(parseaddr(recipient)[1])
        server = self._begin(parseaddr(sender)[1])
        try:
            self._expect(server.rcpt(address), 250, 251)
            server.putcmd("data")
            self._expect(server.getreply(), 354)
        except (smtplib.SMTPException, OSError) as error:
            raise self._not_sent(error) from error
        try:
            server.send(_as_lines(mail))
            reply = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Uncertain(f"{type(error).__name__} after the text was sent") from error
        self._expect(reply, 250)

    def _begin(self, sender: str) -> smtplib.SMTP:
        """A connection on which MAIL was accepted. One that was kept may have been closed meanwhile: a second try."""
        kept = self._server is not None
        try:
            server = self._server or self._connect()
            reply = server.mail(sender)
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            if kept:
                return self._begin(sender)
            raise self._not_sent(error) from error
        if kept and reply[0] == CLOSING:
            self._drop()
            return self._begin(sender)
        self._expect(reply, 250)
        return server

    def _connect(self) -> smtplib.SMTP:
        secure = smtplib.SMTP_SSL if settings.EMAIL_USE_SSL else smtplib.SMTP
        server = secure(
            settings.EMAIL_HOST,
            settings.EMAIL_PORT,
            local_hostname=DNS_NAME.get_fqdn(),
            timeout=settings.EMAIL_TIMEOUT,
        )
        if settings.EMAIL_USE_TLS:
            server.starttls()
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        server.ehlo_or_helo_if_needed()
        self._server = server
        return server

    def _expect(self, reply: Reply, *codes: int) -> None:
        """Any other answer is a refusal, and the conversation begins anew."""
        if reply[0] in codes:
            return
        server = self._server
        if server is None:
            raise NotSent("the connection ended")
        text = reply[1].decode("ascii", "replace")[:200]
        try:
            server.rset()
        except (smtplib.SMTPException, OSError):
            self._drop()
        raise NotSent(f"{reply[0]} {text}", for_good=reply[0] >= FOR_GOOD)

    def _not_sent(self, error: Exception) -> NotSent:
        self._drop()
        if isinstance(error, smtplib.SMTPResponseException):
            return NotSent(f"{error.smtp_code} {error.smtp_error!r}"[:200])
        return NotSent(type(error).__name__)

    def _drop(self) -> None:
        """Without a farewell: the other side may not be listening."""
        server, self._server = self._server, None
        if server is not None:
            server.close()


def _in_ascii(address: str) -> str:
    """The domain in the form that servers know (RFC 3490). Another name before the @ can be sent to by few."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise NotSent("this address cannot be written in ASCII", for_good=True) from error


def _as_lines(mail: Mail) -> bytes:
    """The text as it goes over the wire: CRLF, leading dots doubled, ended by a dot (RFC 5321, 4.5.2)."""
    text = mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    text = text.replace(b"\r\n.", b"\r\n..")
    if text.startswith(b"."):
        text = b"." + text
    return text + (b"" if text.endswith(b"\r\n") else b"\r\n") + b".\r\n"
