"""Paper: PDFs that typst sets from the templates in templates/paper. Nothing is fetched, no program is called."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import structlog
import typst
from django.conf import settings

from hospital import clock

log = structlog.get_logger(__name__)

TEMPLATES = settings.BASE_DIR / "templates" / "paper"
FONTS = settings.BASE_DIR / "static" / "vendor" / "@expo-google-fonts"
ACCESSIBLE = ("ua-1",)  # PDF/UA-1, ISO 14289-1: tagged, with a title and a language
UNTAGGED = "PDF/UA-1 error"
WITHOUT_A_LETTER = "could not be displayed"


@cache
def _fonts() -> typst.Fonts:
    """Read once for the process: Noto Sans, those that typst brings, and those of the installation."""
    places = [FONTS, *([settings.PAPER_FONTS] if settings.PAPER_FONTS else [])]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=places)


def pdf(template: str, data: Mapping[str, Any], *, title: str) -> bytes:
    """A PDF from `templates/paper/<template>.typ`, which reads `data` (JSON values) as `values`.

    The values are no part of the template's text: whatever stands in them is printed as it stands. It is tagged
    (PDF/UA-1), unless no font has a letter for a sign in it: then a box stands for the sign, and a line says so.
    What cannot be tagged for another reason is printed all the same, and that is logged.
    """
    values = {"title": title, "has_boxes": False} | dict(data)
    try:
        return _set(template, values, standards=ACCESSIBLE)
    except typst.TypstError as error:
        if UNTAGGED not in str(error) and WITHOUT_A_LETTER not in str(error):
            raise
        has_boxes = WITHOUT_A_LETTER in str(error)
        if not has_boxes:
            log.warning("paper_untagged", template=template)
        return _set(template, values | {"has_boxes": has_boxes}, standards=())


def picture(template: str, data: Mapping[str, Any], *, title: str) -> bytes:
    """The first page of the same, as an SVG: to be seen before it is printed, also where no PDF can be shown."""
    made = _compiled(template, {"title": title, "has_boxes": False} | dict(data), format="svg")
    first: bytes = made[0] if isinstance(made, list) else made
    return first


def _set(template: str, values: dict[str, Any], *, standards: tuple[Any, ...]) -> bytes:
    made = _compiled(template, values, pdf_standards=list(standards))
    if not isinstance(made, bytes):
        raise TypeError(f"{template}: a PDF is one file.")
    return made


def _compiled(template: str, values: dict[str, Any], **options: Any) -> Any:
    return typst.compile(
        TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"values": json.dumps(values)},
        timestamp=clock.now().replace(microsecond=0),
        **options,
    )
