"""Documents outside the web root: what is let in and what is not, where it lies, what it says."""

from patients.files.letting_in import Incoming, let_in
from patients.files.names import display_name
from patients.files.store import content_of
from patients.files.tidying import tidy

__all__ = ["Incoming", "content_of", "display_name", "let_in", "tidy"]
