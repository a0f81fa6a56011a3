"""The provider that needs no key and no network: rules choose what is read, and what is read is quoted."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from assistant.providers.builtin.asked import Asked, read
from assistant.providers.builtin.calling import first_calls, more_calls
from assistant.providers.builtin.evidence import Evidence, evidence_of
from assistant.providers.builtin.headings import from_headings
from assistant.providers.builtin.passages import from_passages
from assistant.providers.builtin.proposing import proposal_in
from assistant.providers.builtin.quoting import Draft, Statement, from_rows
from assistant.providers.builtin.texts import from_texts
from assistant.providers.phrases import ABSTAINS, GREETS, NO_PATIENT, NOT_THIS_PATIENT, ONLY_READS
from assistant.providers.protocol import Failed, Message, Piece, ProviderFailure, Reply, Role, Tool, ToolCall
from hospital import clock

ENOUGH = 0.6  # of a question has to be explained by what is cited: see docs/decisions/26-what-the-assistant-may-do.md
MOST_STATEMENTS = 30
ABOUT_A_PATIENT = "patient_summary"  # is offered where a conversation is about one


class BuiltIn:
    """Speaks the protocol of providers. It never words anything itself, and says when it does not know.

    `zone` is the one of the house: what it calls yesterday begins at midnight there.
    """

    def __init__(self, *, enough: float = ENOUGH, zone: str = "UTC") -> None:
        self.name, self.model, self.is_outside = "built-in", "rules", False
        self.enough, self.zone = enough, zone

    def chat(
        self,
        messages: Sequence[Message],
        *,
        tools: Sequence[Tool] = (),
        schema: Mapping[str, Any] | None = None,
        most_tokens: int = 1000,
    ) -> Reply:
        if schema is not None:
            raise ProviderFailure(Failed.REFUSED, detail="The built-in provider writes no structures.")
        turn = _Turn(messages, {one.name for one in tools}, self.enough, clock.today(self.zone))
        content, calls = turn.reply()
        return Reply(content, calls, model=self.model)

    def stream(
        self, messages: Sequence[Message], *, tools: Sequence[Tool] = (), most_tokens: int = 1000
    ) -> Iterator[Piece]:
        reply = self.chat(messages, tools=tools, most_tokens=most_tokens)
        for line in reply.content.splitlines(keepends=True):
            yield Piece(line)
        yield Piece(reply=reply)

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        from assistant.embedding import embed  # noqa: PLC0415 its model is large

        return embed(texts)


class _Turn:
    """One question, and what was asked of the tools for it so far."""

    def __init__(self, messages: Sequence[Message], offered: set[str], enough: float, today: date) -> None:
        questions = [number for number, one in enumerate(messages) if one.role == Role.USER]
        last = questions[-1] if questions else len(messages)
        self.question = messages[last].content if questions else ""
        self.since = list(messages[last + 1 :])
        before = [messages[number].content for number in questions[:-1]]
        self.asked = read(self.question, today, before=before)
        self.offered, self.enough = offered, enough
        proposal = proposal_in(self.question)
        self.proposal = proposal if proposal and proposal[0] in offered else None
        self.made = {call.name for one in self.since for call in one.tool_calls}

    def reply(self) -> tuple[str, tuple[ToolCall, ...]]:
        if not self.made:
            return self._begin()
        evidence = evidence_of(one for one in self.since if one.role == Role.TOOL)
        if self.proposal is not None:
            return (ONLY_READS if evidence.proposed else ABSTAINS), ()
        draft = best_draft(self.asked, evidence, self.enough)
        if draft is not None:
            return draft.words(MOST_STATEMENTS), ()
        more = more_calls(self.asked, self.offered, self.made)
        if more:
            return "", self._calls(more)
        return (NOT_THIS_PATIENT if self.asked.names_somebody else ABSTAINS), ()

    def _begin(self) -> tuple[str, tuple[ToolCall, ...]]:
        if self.proposal is not None:
            return "", self._calls([self.proposal])
        if self.asked.is_greeting or (self.asked.is_empty and not self.asked.section):
            return GREETS, ()
        if ABOUT_A_PATIENT not in self.offered:
            return self._about_nobody()
        calls = first_calls(self.asked, self.offered) or more_calls(self.asked, self.offered, ())
        return ("", self._calls(calls)) if calls else (ABSTAINS, ())

    def _about_nobody(self) -> tuple[str, tuple[ToolCall, ...]]:
        """Where no patient is pinned: people by name, free times and guidelines; no chart."""
        if self.asked.full_names:
            if self.asked.concepts:
                return NO_PATIENT, ()
            calls = [("find_patient", {"name": one}) for one in self.asked.full_names]
        else:
            calls = first_calls(self.asked, self.offered) or more_calls(self.asked, self.offered, ())
        calls = [one for one in calls if one[0] in self.offered]
        return ("", self._calls(calls)) if calls else (NO_PATIENT, ())

    def _calls(self, calls: Sequence[tuple[str, dict[str, Any]]]) -> tuple[ToolCall, ...]:
        number = len(self.made)
        return tuple(
            ToolCall(f"call-{number}-{at}", name, arguments) for at, (name, arguments) in enumerate(calls)
        )


def best_draft(asked: Asked, evidence: Evidence, enough: float) -> Draft | None:
    """The answer that explains enough of the question, or None: what was read says too little."""
    found = evidence.of("find_patient")
    if found:
        return Draft([Statement(one.text, one) for one in found], 1.0, are_rows=True)
    drafts = [] if asked.section else [from_rows(asked, evidence)]
    drafts += [from_headings(asked, evidence), from_texts(asked, evidence), from_passages(asked, evidence)]
    return next((one for one in drafts if one.statements and one.explains >= enough), None)
