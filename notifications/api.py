"""Messages for other systems: what was said, what could not be; one's own inbox."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hospital.api import RecordViewSet
from notifications import services
from notifications.filters import MessageFilter
from notifications.models import Message
from notifications.serializers import InboxSerializer, MessageSerializer


class MessageViewSet(RecordViewSet):
    """The outbox."""

    queryset = Message.objects.all()
    serializer_class = MessageSerializer
    filterset_class = MessageFilter
    ordering_fields = ("id",)
    ordering = ("-id",)
    about_patients = True
    needs = {
        "list": "notifications.view_message",
        "retrieve": "notifications.view_message",
        "send_again": "notifications.send_message_again",
        "dismiss": "notifications.dismiss_message",
    }

    @extend_schema(request=None)
    def send_again(self, request: Request, pk: str) -> Response:
        """Send a message that failed, or of which nobody knows. 409 `wrong_move` for any other."""
        message = self.get_object()
        seen = self.version_if_sent(message)
        return self.reply(services.send_message_again(message, seen_version=seen, by=self.user))

    @extend_schema(request=None)
    def dismiss(self, request: Request, pk: str) -> Response:
        """Nothing more is to be done about it."""
        message = self.get_object()
        seen = self.version_if_sent(message)
        return self.reply(services.dismiss_message(message, seen_version=seen, by=self.user))


class InboxViewSet(RecordViewSet):
    """What the house has to tell the one who asks."""

    queryset = Message.objects.all()
    serializer_class = InboxSerializer
    ordering_fields = ("id",)
    ordering = ("-id",)
    needs = {"list": "notifications.read_inbox", "read": "notifications.read_inbox"}

    def get_queryset(self) -> Any:
        return Message.objects.in_inbox_of(self.user)

    @extend_schema(request=None)
    def read(self, request: Request, pk: str) -> Response:
        """It has been seen."""
        line = self.get_object()
        return self.reply(services.read_message(line, by=self.user))
