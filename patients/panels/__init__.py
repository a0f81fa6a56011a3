"""The sections and buttons of the record page."""

from patients.panels.notes import Offer, offers_for, register_offers
from patients.panels.own import register_own
from patients.panels.registry import (
    Action,
    Loaded,
    Panel,
    actions_for,
    links_of,
    load_for,
    register,
    register_action,
    register_ahead,
    what_lies_ahead,
)

__all__ = [
    "Action",
    "Loaded",
    "Offer",
    "Panel",
    "actions_for",
    "links_of",
    "load_for",
    "offers_for",
    "register",
    "register_action",
    "register_ahead",
    "register_offers",
    "register_own",
    "what_lies_ahead",
]
