"""A provider and the tools in a room by themselves: questions asked until there is an answer."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from assistant.providers.protocol import Message, Provider, Role
from assistant.sources import Source
from assistant.tools import Gathering, offered, use
from patients.models import Patient

MOST_ROUNDS = 4


@dataclass(frozen=True)
class Answered:
    text: str
    sources: dict[str, Source]
    tools: tuple[str, ...]


def answer(
    provider: Provider, question: str, *, by: User, patient: Patient | None, before: Sequence[str] = ()
) -> Answered:
    """What the provider says in the end, and all that it has read."""
    messages = [Message(Role.USER, one) for one in (*before, question)]
    turn = Gathering()
    tools = offered(by, patient=patient)
    used: list[str] = []
    for _round in range(MOST_ROUNDS):
        reply = provider.chat(messages, tools=tools)
        if not reply.tool_calls:
            return Answered(reply.content, turn.sources, tuple(used))
        messages.append(Message(Role.ASSISTANT, reply.content, reply.tool_calls))
        for call in reply.tool_calls:
            used.append(call.name)
            result = use(call.name, call.arguments, by=by, patient=patient, turn=turn)
            messages.append(Message(Role.TOOL, result.content, call_id=call.id, name=call.name))
    return Answered("", turn.sources, tuple(used))
