"""How answers look: words of a provider as text, bold and lists, and nothing else.

{% blocks_of turn as blocks %}   paragraphs and lists, each {"is_list", "items"}; an item is a list of sentences,
                                 and a sentence has `text` and `cites`, each with `number`, `title`, `url`, `quote`
text|said                        the words of a sentence: what is not bold is escaped
turn|sources                     the citations of a turn with their numbers
quote|unbarred                   the words of a quote; rows of a table without their bars
"""

import re
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from assistant.citing import Verified
from assistant.models import Turn

register = template.Library()
_BOLD = re.compile(r"\*\*(?=\S)([^*]+?)(?<=\S)\*\*|__(?=\S)([^_]+?)(?<=\S)__")
_PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_HEADING = re.compile(r"^\s*#{1,6}\s+")


@register.filter
def said(text: str) -> SafeString:
    """Pictures are gone, links are their words, tags are letters."""
    plain = _HEADING.sub("", _LINK.sub(r"\1", _PICTURE.sub(r"\1", text)))
    bold = _BOLD.sub(lambda found: f"<strong>{found[1] or found[2]}</strong>", str(escape(plain)))
    return mark_safe(bold.replace("\n", "<br>"))  # noqa: S308 escaped above; nothing but strong and br is added


@register.filter
def unbarred(quote: str) -> str:
    """“| Ramipril | 2.5 mg |” is “Ramipril · 2.5 mg”."""
    lines = (
        " · ".join(filter(None, map(str.strip, line.split("|")))) if line.startswith("|") else line
        for line in quote.splitlines()
    )
    return "\n".join(lines)


@register.filter
def sources(turn: Turn) -> list[dict[str, Any]]:
    return [one | {"number": number} for number, one in enumerate(turn.citations, start=1)]


@register.simple_tag
def blocks_of(turn: Turn) -> list[dict[str, Any]]:
    numbered = {one["id"]: one for one in sources(turn)}
    blocks: list[dict[str, Any]] = []
    for one in turn.answer:
        sentence = {"text": one["text"], "cites": [numbered[key] for key in one["keys"] if key in numbered]}
        is_item = one["opens"] == "item"
        if is_item and blocks and blocks[-1]["is_list"]:
            blocks[-1]["items"].append([sentence])
        elif is_item or not blocks or one["opens"] == "line":
            blocks.append({"is_list": is_item, "items": [[sentence]]})
        else:
            blocks[-1]["items"][-1].append(sentence)
    return blocks


def shown(verified: Verified, numbers: dict[str, int]) -> dict[str, Any]:
    """A sentence as `blocks_of` gives it; `numbers` are those of the citations so far, and grow."""
    cites = [
        one.as_json() | {"number": numbers.setdefault(one.id, len(numbers) + 1)} for one in verified.citations
    ]
    return {"text": verified.text, "cites": cites}
