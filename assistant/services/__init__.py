"""What can be done with the assistant and with what it goes by."""

from assistant.services.actions import (
    confirm_action,
    dismiss_action,
    propose_appointment,
    propose_note,
    propose_prescription,
)
from assistant.services.alerts import acknowledge_alert, dismiss_alert
from assistant.services.conversations import (
    ASK,
    MOST_TURNS,
    Said,
    ask,
    erase_conversation,
    erase_expired,
    erase_fact,
    facts_of,
    keep_answer,
    stop_answer,
    take_up,
    turn_of,
)
from assistant.services.disclosing import (
    forget_what_was_sent,
    refuse_unless_allowed,
    send_outside,
    settle_outside,
    used_today,
)
from assistant.services.guidelines import (
    edit_guideline,
    index_guideline_again,
    retire_guideline,
    upload_guideline,
)

__all__ = [
    "ASK",
    "MOST_TURNS",
    "Said",
    "acknowledge_alert",
    "ask",
    "confirm_action",
    "dismiss_action",
    "dismiss_alert",
    "edit_guideline",
    "erase_conversation",
    "erase_expired",
    "erase_fact",
    "facts_of",
    "forget_what_was_sent",
    "index_guideline_again",
    "keep_answer",
    "propose_appointment",
    "propose_note",
    "propose_prescription",
    "refuse_unless_allowed",
    "retire_guideline",
    "send_outside",
    "settle_outside",
    "stop_answer",
    "take_up",
    "turn_of",
    "upload_guideline",
    "used_today",
]
