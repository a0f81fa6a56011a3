"""What a conversation remembers: its last turns, what was asked before them, and words that were cited.

None of it is a source: what is remembered helps to understand a question, and is read anew to answer it.
"""

from collections.abc import Sequence

from django.db import IntegrityError

from assistant.models import Conversation, Fact, Turn
from assistant.sources import Source
from hospital.errors import LostRace

LAST_TURNS = 4
MOST_FACTS = 12
LONGEST_SUMMARY = 1500
LONGEST_FACT = 400


def last_turns(conversation: Conversation, *, before: int) -> list[Turn]:
    """The turns before this number that have an answer, the oldest first."""
    rows = Turn.objects.of(conversation).filter(number__lt=before, status=Turn.Status.ANSWERED)
    return list(rows.order_by("-number")[:LAST_TURNS])[::-1]


def remember(turn: Turn, cited: Sequence[tuple[Source, str]]) -> None:
    """Keep the words that were cited of the pinned patient, one fact for each source, and sum up older turns."""
    conversation = turn.conversation
    for source, quote in cited:
        if source.patient and source.patient == str(conversation.patient_id):
            _keep(conversation, turn, source, quote)
    _forget_the_oldest(conversation)
    _sum_up(conversation, turn)


def _keep(conversation: Conversation, turn: Turn, source: Source, quote: str) -> None:
    known = Fact.objects.of(conversation).filter(source=source.subject[:64])
    words = {"text": quote[:LONGEST_FACT], "turn_number": turn.number}
    if known.update(**words):
        return
    fact = Fact(
        conversation=conversation,
        source_kind=source.kind.value,
        source=source.subject[:64],
        title=source.title[:200],
        url=source.url[:300],
        **words,
    )
    try:
        fact.add()
    except IntegrityError as error:
        raise LostRace("Two answers remember the same.") from error


def _forget_the_oldest(conversation: Conversation) -> None:
    ids = list(
        Fact.objects.of(conversation)
        .order_by("-turn_number", "-id")
        .values_list("pk", flat=True)[MOST_FACTS:]
    )
    if ids:
        Fact.objects.filter(pk__in=ids).delete()


def _sum_up(conversation: Conversation, turn: Turn) -> None:
    """One line for the turn that is no longer among the last."""
    leaving = Turn.objects.of(conversation).filter(number=turn.number - LAST_TURNS)
    lines = [conversation.summary, *(line_of(one) for one in leaving)]
    summary = "\n".join(filter(None, lines))
    while len(summary) > LONGEST_SUMMARY and "\n" in summary:
        summary = summary.partition("\n")[2]
    conversation.summary = summary[-LONGEST_SUMMARY:]
    Conversation.objects.filter(pk=conversation.pk, erased_at=None).update(summary=conversation.summary)


def line_of(turn: Turn) -> str:
    """What was asked, and from what it was answered."""
    titles = list(dict.fromkeys(one["title"] for one in turn.citations))[:3]
    answered = ", ".join(titles) if titles else "no answer"
    return f"- {' '.join(turn.question.split())[:160]} ({answered})"
