"""What a message says: title, text, HTML, calendar file; and the link by which its reader opts out."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.template.loader import render_to_string, select_template
from django.urls import reverse
from django.utils import translation

from notifications.kinds import Facts, kind_of
from notifications.models import ContactPreference, Message

SALT = "notifications.opt-out"
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Letter:
    """A message in words. `key` is the same at every attempt: the Message-ID's left side, a gateway's own key."""

    key: str
    to: str
    title: str
    text: str
    short: str
    html: str
    opt_out_url: str
    calendar: str = ""
    method: str = ""


@dataclass(frozen=True)
class Person:
    """Whom an opt-out link is about."""

    type: str
    id: UUID


def opt_out_token(person_type: str, person_id: UUID) -> str:
    """Signed, so that nobody can silence others; without an end, because letters are kept."""
    return signing.dumps([person_type, person_id.hex], salt=SALT)


def read_opt_out(token: str) -> Person | None:
    """None for a token that we have not made."""
    try:
        person_type, person_id = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Person(person_type, UUID(hex=person_id))


def letter_key(message: Message) -> str:
    """The same for every attempt at this message, and nobody can read from it what it is about."""
    return hashlib.sha256(message.key.encode()).hexdigest()[:40]


def compose(message: Message, facts: Facts, to: str) -> Letter:
    """Write the letter in the reader's language, where there are templates in it; else as they are shipped."""
    kind = kind_of(message)
    path = reverse(
        "notifications:opt_out", args=[opt_out_token(message.recipient_type, message.recipient_id)]
    )
    opt_out_url = f"{settings.PUBLIC_URL}{path}"
    context = {
        **facts.context,
        "name": facts.name,
        "clinic": facts.site.name,
        "address": ", ".join(line.strip() for line in facts.site.address.splitlines() if line.strip()),
        "is_reminder": kind.is_reminder,
        "opt_out_url": opt_out_url if message.recipient_type == "patient" else "",
        "url": f"{settings.PUBLIC_URL}{facts.path}" if facts.path else "",
        "app_name": settings.APP_NAME,
        "is_demo": settings.DEBUG,
    }
    with translation.override(_spoken(facts.language)):
        text = _rendered(facts.language, f"{kind.name}.txt", context)
        title, _, body = text.partition("\n")
        title = " ".join(title.split())[:LONGEST_TITLE]
        context |= {"title": title, "body": re.sub(r"\n{3,}", "\n\n", body.strip())}
        return Letter(
            key=letter_key(message),
            to=to,
            title=title,
            text=render_to_string("notifications/letter.txt", context).strip() + "\n",
            short=" ".join(_rendered(facts.language, f"{kind.name}.sms.txt", context).split()),
            html=render_to_string("notifications/letter.html", context),
            opt_out_url=context["opt_out_url"],
            calendar=facts.calendar,
            method=facts.method,
        )


def _spoken(language: str) -> str:
    known = {code.partition("-")[0]: code for code, _ in settings.LANGUAGES}
    return known.get(language, settings.LANGUAGE_CODE)


def _rendered(language: str, name: str, context: dict[str, Any]) -> str:
    """`notifications/de/<name>` if a deployment has written one, else `notifications/<name>`."""
    choices = [f"notifications/{language}/{name}"] if language.isalpha() else []
    return str(select_template([*choices, f"notifications/{name}"]).render(context)).strip()


def chosen_way(facts: Facts, preference: ContactPreference | None) -> tuple[str, str] | None:
    """The channel and the address: as the person prefers, else e-mail before text message. None: no address."""
    ways = {"email": facts.email, "sms": facts.phone}
    wanted = preference.channel if preference else ""
    order = [wanted, *ways] if wanted in ways else list(ways)
    return next(((way, ways[way]) for way in order if ways[way]), None)
