"""How files come in with a form: to the disk, never to memory, and no further than they may."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

MOST_AT_ONCE = 3  # times the largest document, in one request


class TooLargeUpload(SimpleUploadedFile):
    """Stands in the form for a file that was too large; nothing of it was kept."""


class CappedUpload(TemporaryFileUploadHandler):
    """Stops writing at LARGEST_DOCUMENT, and does not begin to read a request that is larger than several of them."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Of (input, META, length, boundary, encoding) the length says whether to begin."""
        content_length = args[2]
        if content_length > MOST_AT_ONCE * settings.LARGEST_DOCUMENT + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("The request is larger than anything that is let in.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.is_too_large = False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) <= settings.LARGEST_DOCUMENT:
            super().receive_data_chunk(raw_data, start)
        elif not self.is_too_large:
            self.is_too_large = True
            self.upload_interrupted()

    def file_complete(self, file_size: int) -> Any:
        if self.is_too_large:
            return TooLargeUpload(self.file_name or "", b"")
        return super().file_complete(file_size)
