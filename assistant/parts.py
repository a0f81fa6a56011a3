"""How the assistant's own parts are doing, for the page of health: the index of passages, and who words answers."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from analytics.health import Check, Reading, State, register
from assistant.choosing.choosing import configured
from assistant.models import Disclosure
from assistant.retrieval import store
from hospital import clock

RECENT = timedelta(minutes=15)
MOST = 10
ENDED = (Disclosure.Outcome.ANSWERED, Disclosure.Outcome.FAILED)


def vector_store() -> Reading:
    if not settings.CHROMA_URL:
        return Reading(State.WARNING, _text("CHROMA_URL names no server: only words are searched."))
    store.beats()
    return Reading(State.OK, _text("It answers."))


def provider() -> Reading:
    """From what was sent lately: nothing is sent only to know."""
    outside = configured()
    if outside is None:
        return Reading(State.OK, _text("The built-in provider words answers; nothing leaves the house."))
    lately = Disclosure.objects.filter(provider=outside.name, at__gte=clock.now() - RECENT, outcome__in=ENDED)
    outcomes = list(lately.order_by("-id").values_list("outcome", flat=True)[:MOST])
    failed = outcomes.count(Disclosure.Outcome.FAILED)
    figure = f"{failed}/{len(outcomes)}"
    if not outcomes:
        return Reading(State.UNKNOWN, _text("Nothing was asked in the last quarter of an hour."), figure)
    if failed == len(outcomes):
        return Reading(State.DOWN, _text("None of the last questions was answered."), figure, failed)
    if failed:
        return Reading(State.WARNING, _text("Some of the last questions were not answered."), figure, failed)
    return Reading(State.OK, _text("The last questions were answered."), figure, 0)


def fill_register() -> None:
    register(
        Check(
            name="vector store",
            label=_("Index of passages"),
            definition=_("Whether the Chroma server answers within half a second."),
            advice=_(
                "Pages work; the assistant searches by words and says so. Start Chroma, or correct CHROMA_URL. "
                "What it holds is made anew with manage.py reindex_assistant."
            ),
            look=vector_store,
        )
    )
    register(
        Check(
            name="provider",
            label=_("Language model"),
            definition=_(
                "How many of the last requests to the provider outside failed, at most ten of the last 15 minutes."
            ),
            advice=_("Answers come from the built-in provider meanwhile. Test the connection on its page."),
            look=provider,
            reads_database=True,
            url_name="assistant:provider",
            permission="assistant.test_provider",
        )
    )
