"""Numbers and addresses by which somebody can be found: phones, mail, record numbers, keys of rows."""

import re
from collections.abc import Iterable, Iterator

import phonenumbers
from django.conf import settings
from phonenumbers import NumberParseException

from assistant.privacy.spans import Kind, Span

GAP = r"[\s./()_\-\u2010-\u2015]{0,3}"
SHORTEST_LOCAL = 6
SHORTEST_CODE = 5
EMAIL = re.compile(
    r"[\w.+%-]+(?:\s*\(at\)\s*|\s*\[at\]\s*|@)[\w-]+(?:\s*(?:\.|\(dot\)|\[dot\])\s*[\w-]+)*"
    r"(?:\.|\(dot\)|\[dot\])\s*[^\W\d_]{2,}",
    re.IGNORECASE,
)
UUID = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\d\w])(?:\+|\(?0)[\d\s()/.\u2010-\u2015-]{6,24}\d(?!\d)")
TOKEN = re.compile(r"\[\s*[A-Z]+_\d+[a-z]*\s*\]", re.IGNORECASE)


def spread(code: str) -> str:
    """A pattern of these signs with anything that separates groups between them."""
    return GAP.join(re.escape(sign) for sign in code)


def phone_patterns(number: str) -> Iterator[re.Pattern[str]]:
    """However it is dialled; and without its area code, where the rest is long enough to be told from others."""
    try:
        parsed = phonenumbers.parse(str(number), settings.PHONE_REGION)
    except NumberParseException:
        return
    national = str(parsed.national_number)
    before = rf"(?:\(?(?:\+|00)?{GAP}{spread(str(parsed.country_code))}{GAP})?(?:\(?0\)?{GAP})?\(?"
    yield re.compile(rf"(?<!\d){before}{spread(national)}(?!\d)")
    area = phonenumbers.length_of_geographical_area_code(parsed)
    if area and len(national) - area >= SHORTEST_LOCAL:
        yield re.compile(rf"(?<!\d){spread(national[area:])}(?!\d)")


def record_number_patterns(mrn: str) -> Iterator[re.Pattern[str]]:
    """With or without prefix, zeros and check digit. Few digits alone could be anything: they need a prefix."""
    prefix, _, rest = mrn.partition("-")
    digits, _, check = rest.partition("-")
    if not digits:
        yield from code_patterns(mrn)
        return
    bare = digits.lstrip("0") or digits
    said = (
        rf"(?:{re.escape(prefix)}|MRN|record{GAP}(?:number|no)|patient{GAP}(?:number|no|id)){GAP}[:#]?{GAP}"
    )
    yield re.compile(rf"(?<![^\W_]){said}[0\s]*{spread(bare)}(?:{GAP}{check})?(?!\d)", re.IGNORECASE)
    yield re.compile(rf"(?<!\d){spread(digits)}(?:{GAP}{check})?(?!\d)")
    yield re.compile(rf"(?<!\d){spread(bare)}\s?[-\u2010-\u2015]\s?{check}(?!\d)")


def code_patterns(code: str) -> Iterator[re.Pattern[str]]:
    """A number of letters and digits, in any case and grouping."""
    signs = "".join(sign for sign in code if sign.isalnum())
    if len(signs) >= SHORTEST_CODE:
        yield re.compile(rf"(?<![^\W_]){spread(signs)}(?![^\W_])", re.IGNORECASE)


def email_patterns(email: str) -> Iterator[re.Pattern[str]]:
    name, _, domain = email.partition("@")
    if name and domain:
        at = r"\s*(?:@|\(at\)|\[at\]|\bat\b)\s*"
        yield re.compile(
            re.escape(name) + at + re.escape(domain).replace(r"\.", r"\s*(?:\.|\(dot\)|\bdot\b)\s*"),
            re.IGNORECASE,
        )


def matches(patterns: Iterable[re.Pattern[str]], kind: Kind, text: str) -> Iterator[Span]:
    for pattern in patterns:
        for found in pattern.finditer(text):
            yield Span(found.start(), found.end(), kind)


def find_anybodys(text: str) -> Iterator[Span]:
    """Mail addresses, phone numbers and keys of rows, whosever they are; and what looks like one of our tokens."""
    yield from matches((EMAIL,), Kind.EMAIL, text)
    yield from matches((UUID,), Kind.ID, text)
    yield from matches((TOKEN,), Kind.TEXT, text)
    for found in NUMBER.finditer(text):
        if _can_be_dialled(found.group()):
            yield Span(found.start(), found.end(), Kind.PHONE)


def _can_be_dialled(text: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, settings.PHONE_REGION))
    except NumberParseException:
        return False
