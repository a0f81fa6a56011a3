"""{% chart_tabs as tabs %}: the pages of the record that the page is about, each with label, url, keys, current."""

from typing import Any

from django import template
from django.urls import reverse

from patients.tabs import tabs_for

register = template.Library()


@register.simple_tag(takes_context=True)
def chart_tabs(context: Any) -> list[dict[str, Any]]:
    """None where the page is about no chart that may be seen."""
    patient, match = context.get("patient"), context["request"].resolver_match
    if not context.get("chart") or match is None:
        return []
    return [
        {
            "label": tab.label,
            "url": reverse(tab.route, args=[patient.pk]),
            "keys": tab.keys,
            "current": match.view_name == tab.route or match.view_name in tab.also,
        }
        for tab in tabs_for(context["request"].user)
    ]
