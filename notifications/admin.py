"""Messages in the administrators' window."""

from collections.abc import Callable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hospital.admin import ReadOnlyAdmin
from notifications import services
from notifications.models import ContactPreference, Message


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    """Look, send again, dismiss. Nobody writes a message by hand."""

    about_patients = True
    list_display = ("due_at", "kind", "rule", "recipient_type", "channel", "status", "because", "attempts")
    list_filter = ("status", "channel", "kind")
    show_facets = admin.ShowFacets.NEVER
    ordering = ("-id",)
    actions = ("send_again", "dismiss")

    @admin.action(description=_("Send these again"))
    def send_again(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        self._decide(request, chosen, services.send_message_again)

    @admin.action(description=_("Dismiss these"))
    def dismiss(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        self._decide(request, chosen, services.dismiss_message)

    def _decide(self, request: HttpRequest, chosen: QuerySet[Message], act: Callable[..., Message]) -> None:
        for message in chosen:
            if message.is_stuck:
                act(message, by=request.user)
            else:
                self.message_user(request, f"{message.get_status_display()}: {message}", "warning")


@admin.register(ContactPreference)
class ContactPreferenceAdmin(ReadOnlyAdmin):
    list_display = ("person_type", "person_id", "channel", "muted", "muted_at")
    list_filter = ("channel", "muted")
    about_patients = True
