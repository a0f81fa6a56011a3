"""Words as they come in, cut into sentences: each with its marks of citation, none too early."""

import re

LONGEST = 1200

_MARK = r"\[\s*s\d{1,3}(?:\s*[,;]\s*s\d{1,3})*\s*\]"
_NOT_AN_END = re.compile(
    r"^\s*\d{1,2}\.$|(?:^|[\s(\[])(?:e\.g|i\.e|vs|approx|ca|dr|mrs?|ms|prof|st|nr|fig|resp|incl|i\.[vm]|p\.o|s\.c|[a-z])\.$",
    re.IGNORECASE,
)
_END = re.compile(rf"[.!?…][\"”’)\]*]*(?:\s*{_MARK})*(?=\s)|\n")
_ITEM = re.compile(r"\s*(?:[-*•·]|\d{1,2}[.)])\s+")
_HALF_A_MARK = re.compile(r"(?:\s*\[[\ss\d,;]*\]?)*\s*")


class Sentences:
    """Take words by `feed`, which gives the sentences that are whole; at the end, `rest` gives what is left."""

    def __init__(self) -> None:
        self._waiting = ""

    def feed(self, words: str) -> list[str]:
        self._waiting += words.replace("\r", "")
        whole: list[str] = []
        while cut := self._end():
            whole.append(self._waiting[:cut])
            self._waiting = self._waiting[cut:]
        if len(self._waiting) > LONGEST:  # whatever this is, it is no sentence
            whole.append(self._waiting)
            self._waiting = ""
        return [one for one in whole if one.strip()]

    def rest(self) -> list[str]:
        left = self.feed("\n") if self._waiting else []
        self._waiting = ""
        return left

    def _end(self) -> int:
        """Where the first whole sentence ends, or 0. After a full stop a mark may follow: wait for more."""
        for end in _END.finditer(self._waiting):
            at = end.end()
            if end.group() == "\n":
                return at
            if _NOT_AN_END.search(self._waiting[:at]):
                continue
            following = self._waiting[at:]
            if "\n" not in following and _HALF_A_MARK.fullmatch(following):
                return 0
            return at
        return 0


def opening(sentence: str) -> tuple[str, str]:
    """How a sentence begins, as an "item" of a list or "", and what it says."""
    item = _ITEM.match(sentence)
    if item and sentence[item.end() :].strip():
        return "item", sentence[item.end() :].strip()
    return "", sentence.strip()
