"""What a text-message gateway has to be: SMS_GATEWAY names a class with one method."""

from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


class SmsGateway(Protocol):
    """Sends a text to a number (E.164).

    `key` is the same at every attempt at the same message. `deduplicates` says that the provider, given
    the same key again, sends nothing: only then is an attempt whose outcome is unknown repeated by itself.
    Raise NotSent if the provider certainly has not taken it, Uncertain if the answer never came. Time-outs
    of a few seconds are the gateway's own duty.
    """

    deduplicates: bool

    def send(self, number: str, text: str, key: str) -> None: ...


def gateway() -> SmsGateway:
    return cast("SmsGateway", import_string(settings.SMS_GATEWAY)())
