"""Finding passages: of guidelines, and of the chart of one patient, as the asking user may read them."""

from assistant.retrieval.found import Found, Hit
from assistant.retrieval.searching import search

__all__ = ["Found", "Hit", "search"]
