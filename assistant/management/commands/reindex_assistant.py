"""manage.py reindex_assistant: all passages put into the vector store anew."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from assistant import indexing

SECONDS = 60.0


class Command(BaseCommand):
    help = "Empty the index of passages and fill it anew, from guidelines and charts. Can be stopped: the worker goes on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--keep", action="store_true", help="only add what is missing, remove what is gone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        from assistant.retrieval.store import StoreAway  # noqa: PLC0415

        try:
            if not options["keep"] and not indexing.begin_again():
                raise CommandError("The worker is writing into the index. Try again in a few minutes.")
        except StoreAway as error:
            raise CommandError(f"The vector store cannot be reached (CHROMA_URL): {error}") from error
        entries = 0
        while True:
            done = indexing.sweep(SECONDS, say=self._say)
            entries += done.entries
            if done.is_away:
                raise CommandError(
                    "The vector store cannot be reached any more. The worker goes on when it can be."
                )
            if done.is_taken:
                raise CommandError("The worker has taken over; it does the rest.")
            if done.is_all:
                break
        self._say(f"Done: {entries} entries of charts, and all guidelines.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
