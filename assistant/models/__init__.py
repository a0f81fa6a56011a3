"""What is asked, what is known, what waits to be confirmed, what was found odd, and what has left the house."""

from assistant.models.actions import PendingAction
from assistant.models.alerts import AnomalyAlert, AnomalyAlertQuerySet, Desk
from assistant.models.conversations import (
    LONGEST_QUESTION,
    LONGEST_TITLE,
    Conversation,
    ConversationQuerySet,
    Fact,
    Turn,
)
from assistant.models.disclosures import Disclosure, DisclosureQuerySet, TokenUse
from assistant.models.indexed import IndexedRecord, IndexPlace
from assistant.models.knowledge import LONGEST_PASSAGE, PASSAGES_ON_A_PAGE, Guideline, Passage

__all__ = [
    "LONGEST_PASSAGE",
    "LONGEST_QUESTION",
    "LONGEST_TITLE",
    "PASSAGES_ON_A_PAGE",
    "AnomalyAlert",
    "AnomalyAlertQuerySet",
    "Conversation",
    "ConversationQuerySet",
    "Desk",
    "Disclosure",
    "DisclosureQuerySet",
    "Fact",
    "Guideline",
    "IndexPlace",
    "IndexedRecord",
    "Passage",
    "PendingAction",
    "TokenUse",
    "Turn",
]
