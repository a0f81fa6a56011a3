"""System checks: a wrong setting stops the start."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks  # noqa: A004 Django's name
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from hospital import engine

SHORTEST_SECRET = {"SECRET_KEY": 50, "JWT_SECRET_KEY": 32}
SHORTEST_BACKUP_KEY = 32
SHORTEST_IBAN, LONGEST_IBAN = 15, 34
LONGEST_TIMEOUT = 120
JWT_ALGORITHMS = {"HS256", "HS384", "HS512"}


@register(Tags.security)
def secrets_are_secret(**_: Any) -> list[CheckMessage]:
    """Short or shipped secrets are refused unless DEBUG is on."""
    if settings.DEBUG:
        return []
    found: list[CheckMessage] = []
    for name, shortest in SHORTEST_SECRET.items():
        value = getattr(settings, name)
        if value == settings.LAPTOP_SECRET or len(value) < shortest:
            hint = 'python -c "import secrets; print(secrets.token_urlsafe(50))"'
            text = f"{name} is the one that is shipped, or shorter than {shortest} characters."
            found.append(Error(text, hint=hint, id="hospital.E001"))
    if settings.SECRET_KEY == settings.JWT_SECRET_KEY:
        found.append(Error("SECRET_KEY and JWT_SECRET_KEY are the same.", id="hospital.E002"))
    return found


@register(Tags.security)
def backups_are_sealed(**_: Any) -> list[CheckMessage]:
    """An archive is every patient's record, and whoever has a copy has all the time there is to guess a short key."""
    if not settings.BACKUP_KEY or len(settings.BACKUP_KEY) >= SHORTEST_BACKUP_KEY:
        return []
    text = f"BACKUP_KEY is shorter than {SHORTEST_BACKUP_KEY} characters."
    hint = 'python -c "import secrets; print(secrets.token_urlsafe(32))"'
    return [Error(text, hint=hint, id="hospital.E008")]


@register(Tags.security)
def tokens_are_signed(**_: Any) -> list[CheckMessage]:
    if settings.JWT_ALGORITHM in JWT_ALGORITHMS:
        return []
    return [Error(f"JWT_ALGORITHM must be one of {', '.join(sorted(JWT_ALGORITHMS))}.", id="hospital.E003")]


@register(Tags.database, deploy=False)
def database_can_be_trusted(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Asks the server, so it runs only where the database is to be used: migrate, and check --database."""
    if not databases:
        return []
    level = Error if engine.is_mongo(settings.DATABASES["default"]) else Warning
    return [level(text, id="hospital.E004") for text in engine.weaknesses()]


def routes(patterns: Any = None, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every route of the project: (pattern, view)."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLResolver):
            yield from routes(one.url_patterns, before + str(one.pattern))
        elif isinstance(one, URLPattern):
            yield before + str(one.pattern), one.callback


def policy_of(view: Any) -> Any:
    """What a view declares: a permission, SIGNED_IN, PUBLIC, or for a viewset a mapping of its actions."""
    if hasattr(view, "needs"):
        return view.needs
    if not hasattr(view, "cls"):
        return None
    needs = getattr(view.cls, "needs", {})
    actions = getattr(view, "actions", None)
    return needs if not actions or set(actions.values()) <= set(needs) else None


@register()
def the_bank_account_is_one(**_: Any) -> list[CheckMessage]:
    """A slip in the IBAN would send the money of all patients to somebody else."""
    iban = settings.BANK_IBAN
    if not iban or (
        SHORTEST_IBAN <= len(iban) <= LONGEST_IBAN and iban.isascii() and iban.isalnum() and _adds_up(iban)
    ):
        return []
    return [Error("BANK_IBAN is not an IBAN: its check digits are wrong.", id="hospital.E006")]


def _adds_up(iban: str) -> bool:
    """ISO 13616: letters are two digits, and the whole leaves one when it is divided by 97."""
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


@register()
def the_assistant_is_known(**_: Any) -> list[CheckMessage]:
    """A provider outside that could never be asked would be found only by those who ask it."""
    name, allowed = settings.ASSISTANT_PROVIDER, ("builtin", "openai", "gemini")
    wrong = []
    if name not in allowed:
        wrong.append(f"ASSISTANT_PROVIDER must be one of {', '.join(allowed)}.")
    if name == "openai" and not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL):
        wrong.append(
            "ASSISTANT_PROVIDER=openai needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server of your own."
        )
    if name == "gemini" and not settings.GEMINI_API_KEY:
        wrong.append("ASSISTANT_PROVIDER=gemini needs GEMINI_API_KEY.")
    if not 1 <= settings.ASSISTANT_TIMEOUT <= LONGEST_TIMEOUT:
        wrong.append(f"ASSISTANT_TIMEOUT must be from 1 to {LONGEST_TIMEOUT} seconds.")
    return [Error(text, id="hospital.E007") for text in wrong]


@register(Tags.urls)
def every_route_declares_who_may_come_in(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"/{route} declares no policy: use hospital.web.needs, or `needs` of a viewset.",
            id="hospital.E005",
        )
        for route, view in routes()
        if policy_of(view) is None and not route.startswith("admin/")
    ]


def refuse_a_wrong_start() -> None:
    """For the servers, which run no checks by themselves as manage.py does."""
    wrong = [str(one) for one in run_checks() if one.is_serious()]
    if wrong:
        raise ImproperlyConfigured("\n".join(wrong))
