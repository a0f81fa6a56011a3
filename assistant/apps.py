"""The assistant app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistantConfig(AppConfig):
    name = "assistant"
    verbose_name = _("Assistant")

    def ready(self) -> None:
        from assistant import panels, parts  # noqa: PLC0415 apps are ready only now

        panels.fill_registers()
        parts.fill_register()
