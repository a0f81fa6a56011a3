"""How a question is answered: tools are asked, words come in, and each sentence is verified before it is shown."""

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from typing import Any, TypeVar, cast

import structlog
from django.utils.translation import gettext as _

from accounts.models import User
from assistant.answering.events import Done, Dropped, Event, Looking, Notice, Proposed, Sentence, Waiting
from assistant.answering.telling import messages_for
from assistant.answering.wording import built_in, chosen
from assistant.citing import Sentences, Verified, allowed_without_source, verified
from assistant.models import Conversation, Turn
from assistant.providers.phrases import ABSTAINS
from assistant.providers.protocol import Failed, Message, Provider, ProviderFailure, Reply, Role
from assistant.services import Said, ask, keep_answer, take_up
from assistant.sources import Citation
from assistant.tools import Gathering, offered, use
from hospital import db
from hospital.errors import Refusal

log = structlog.get_logger(__name__)
MOST_ROUNDS = 5
MOST_CALLS = 12
MOST_SENTENCES = 40
MOST_SIGNS = 20_000  # of one round; whoever says more is not answering
MOST_SECONDS = 180.0
ASK_WHETHER_TO_STOP_EVERY = 0.4


Returned = TypeVar("Returned")
Steps = Generator[Event, None, Returned]


class _Stopped(Exception):
    """The asker has had enough."""


def answer(
    conversation: Conversation, message: str, *, by: User, provider: Provider | None = None
) -> Iterator[Event]:
    """Ask and answer in one. Nothing happens before the first event is asked for."""
    turn = ask(conversation, question=message, by=by)
    yield from answering(turn, by=by, provider=provider)


def answering(turn: Turn, *, by: User, provider: Provider | None = None) -> Iterator[Event]:
    """Answer a question that was asked. The last event is Done, and what was said is kept then.

    Whoever stops listening in the middle, by closing the iterator, ends the provider's stream: what was said is
    kept as stopped. No transaction may be open around it. Refused as `take_up` is.
    """
    if db.in_atomic():
        raise RuntimeError("Nobody waits for a provider inside a transaction.")
    yield from _Answer(take_up(turn, by=by), by, provider).run()


class _Answer:
    """One answer on its way."""

    def __init__(self, turn: Turn, by: User, provider: Provider | None) -> None:
        self.turn, self.by = turn, by
        self.patient = turn.conversation.patient
        self.given = provider
        self.gathered = Gathering(conversation=turn.conversation_id)
        self.said: list[Verified] = []
        self.unproven = 0  # of this round
        self.cited: dict[tuple[str, str], Citation] = {}  # by key and quote
        self.calls = 0
        self.kept = Said()
        self._ends_at = time.monotonic() + MOST_SECONDS
        self._asked_at = time.monotonic()

    def run(self) -> Iterator[Event]:
        status: str = Turn.Status.FAILED
        try:
            status = yield from self._worded()
        except GeneratorExit:
            status = Turn.Status.STOPPED
            raise
        finally:
            self._keep(status)
        yield Done(self.turn)

    def _worded(self) -> Steps[str]:
        """All that is said; by the built-in provider where another one fails. Answers with the status."""
        provider = self.given or chosen(self.by, self.patient)
        try:
            yield from self._notice(getattr(provider, "because", ""))
            return (yield from self._by(provider))
        except ProviderFailure as failure:
            log.warning("provider_failed", provider=provider.name, code=failure.code.value)
            instead = built_in()
            if provider.name == instead.name:
                yield from self._notice(_("The assistant can't answer at the moment. Try again."))
                return Turn.Status.FAILED
            yield from self._notice(_fell_back(provider, failure))
            self.unproven = 0
        try:
            return (yield from self._by(instead))
        except ProviderFailure:
            return Turn.Status.FAILED

    def _by(self, provider: Provider) -> Steps[str]:
        """Words of this provider, round by round until it asks for no more tools."""
        self.kept.provider, self.kept.is_outside = provider.name, self.kept.is_outside or provider.is_outside
        told = messages_for(self.turn)
        try:
            for number in range(MOST_ROUNDS):
                tools = offered(self.by, patient=self.patient) if number < MOST_ROUNDS - 1 else ()
                reply = yield from self._round(provider, told, tools)
                if not reply.tool_calls or not tools:
                    break
                self.unproven = 0  # words between the tools: they announce, and answer nothing
                told.append(Message(Role.ASSISTANT, reply.content, reply.tool_calls))
                for call in reply.tool_calls:
                    told.append((yield from self._used(call)))
            yield from self._close()
        except _Stopped:
            return Turn.Status.STOPPED
        return Turn.Status.ANSWERED

    def _round(self, provider: Provider, told: Sequence[Message], tools: Sequence[Any]) -> Steps[Reply]:
        """One request; answers with the whole reply."""
        sentences, reply, signs = Sentences(), None, 0
        with closing(cast("Any", provider.stream(tuple(told), tools=tools))) as pieces:
            for piece in pieces:
                signs += len(piece.text)
                yield from self._say(sentences.feed(piece.text))
                reply = piece.reply or reply
                if self._stop_if_asked():
                    yield Waiting()
                if signs > MOST_SIGNS or len(self.said) >= MOST_SENTENCES:
                    break
        if reply is not None and not signs:  # it came in one piece
            yield from self._say(sentences.feed(reply.content[:MOST_SIGNS]))
        yield from self._say(sentences.rest())
        if reply is None and not signs:
            raise ProviderFailure(Failed.GARBAGE)
        return reply or Reply("")

    def _say(self, sentences: Sequence[str]) -> Iterator[Event]:
        for sentence in sentences:
            found = self._checked(sentence)
            if found is None:
                self.unproven += 1
            elif all(found.text != one.text for one in self.said) and len(self.said) < MOST_SENTENCES:
                kept = replace(found, citations=tuple(map(self._numbered, found.citations)))
                self.said.append(kept)
                yield Sentence(kept)

    def _numbered(self, citation: Citation) -> Citation:
        """The same words of a source have one id; its first ones have the source's key."""
        of_source = [one for key, one in self.cited.items() if key[0] == citation.id]
        other = replace(citation, id=f"{citation.id}.{len(of_source) + 1}") if of_source else citation
        return self.cited.setdefault((citation.id, citation.quote), other)

    def _checked(self, sentence: str) -> Verified | None:
        if allowed_without_source(sentence):
            return Verified(" ".join(sentence.split()))
        pinned = str(self.patient.pk) if self.patient else ""
        return verified(sentence, self.gathered.sources, patient=pinned)

    def _used(self, call: Any) -> Steps[Message]:
        """Ask one tool, as the asker; answers with its message."""
        self._stop_if_asked(at_once=True)
        self.calls += 1
        if self.calls > MOST_CALLS:
            return Message(Role.TOOL, '{"error": {"code": "too_many"}}', call_id=call.id, name=call.name)
        known = len(self.gathered.missing)
        result = use(call.name, call.arguments, by=self.by, patient=self.patient, turn=self.gathered)
        for sentence in self.gathered.missing[known:]:
            yield from self._notice(sentence)
        if result.looked_at:
            yield Looking(result.looked_at)
        if result.proposed is not None:
            yield Proposed(result.proposed)
        return Message(Role.TOOL, result.content, call_id=call.id, name=call.name)

    def _close(self) -> Iterator[Event]:
        """Say how much was left out, and that nothing is known where nothing could be said."""
        if self.unproven:
            self.kept.dropped += self.unproven
            yield Dropped(self.unproven)
        if not self.said:
            yield from self._say([ABSTAINS])
        cited = any(one.citations for one in self.said)
        self.kept.abstained = not cited and any(one.text == ABSTAINS for one in self.said)

    def _notice(self, text: str) -> Iterator[Event]:
        if text:
            self.kept.notice = " ".join(filter(None, [self.kept.notice, text]))[:300]
            yield Notice(text)

    def _stop_if_asked(self, *, at_once: bool = False) -> bool:
        """Look a few times a second, in the one place that all processes see. Answers whether it has looked."""
        now = time.monotonic()
        if now > self._ends_at:
            raise ProviderFailure(Failed.TIMEOUT)
        if not at_once and now - self._asked_at < ASK_WHETHER_TO_STOP_EVERY:
            return False
        self._asked_at = now
        if not Turn.objects.filter(pk=self.turn.pk, stop_asked_at=None).exists():
            raise _Stopped
        return True

    def _keep(self, status: str) -> None:
        """Whatever happens, the turn ends; one that was erased in the meantime has ended already."""
        kept = self.kept
        kept.answer = [one.as_json() for one in self.said]
        kept.citations = [one.as_json() for one in self.cited.values()]
        kept.cited = [(self.gathered.sources[key], quote) for key, quote in self.cited]
        kept.sources_used = [f"{one.kind.value}:{one.subject}" for one in self.gathered.sources.values()]
        try:
            keep_answer(self.turn, kept, status=status, by=self.by)
        except Refusal as refusal:
            log.info("answer_not_kept", turn=str(self.turn.pk), code=refusal.code)


def _fell_back(provider: Provider, failure: ProviderFailure) -> str:
    because = {
        Failed.OFF: _("is turned off"),
        Failed.TIMEOUT: _("did not answer in time"),
        Failed.BUSY: _("is busy"),
        Failed.BUDGET: _("has no budget left for you today"),
        Failed.UNREACHABLE: _("can't be reached"),
        Failed.GARBAGE: _("could not be understood"),
    }
    return _("%(provider)s %(because)s. What follows was quoted here, without it.") % {
        "provider": provider.name,
        "because": because.get(failure.code, _("refused to answer")),
    }
