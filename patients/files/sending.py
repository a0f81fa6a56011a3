"""How the content of a document leaves the house: to be saved, never to be shown by a browser as a page of ours."""

from typing import BinaryIO

from django.http import FileResponse

from patients.files.kinds import TEXT
from patients.models import Document


def as_attachment(document: Document, content: BinaryIO) -> FileResponse:
    """With our media type, under the name that is shown, and with a policy that allows it nothing."""
    media_type = document.media_type
    response = FileResponse(
        content,
        as_attachment=True,
        filename=document.file_name,
        content_type=f"{media_type}; charset=utf-8" if media_type == TEXT.media_type else media_type,
    )
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
