"""How the states of health look: `{% load health_look %}`, a tone and a sign for each."""

from django import template

from analytics.models import State

register = template.Library()

TONES: dict[str, str] = {
    State.OK: "ok",
    State.SLOW: "info",
    State.WARNING: "warn",
    State.DOWN: "danger",
    State.UNKNOWN: "neutral",
}
SIGNS: dict[str, str] = {
    State.OK: "check",
    State.SLOW: "clock",
    State.WARNING: "alert",
    State.DOWN: "ban",
    State.UNKNOWN: "circle",
}


@register.filter
def state_tone(state: str) -> str:
    return TONES.get(state, "neutral")


@register.filter
def state_sign(state: str) -> str:
    return SIGNS.get(state, "circle")
