"""What is to be found is put into the vector store: by one worker at a time, a piece at a time, from where it stopped."""

from assistant.indexing.sweeping import Progress, begin_again, sweep

__all__ = ["Progress", "begin_again", "sweep"]
