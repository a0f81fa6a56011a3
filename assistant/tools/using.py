"""How a tool is used: as the asking user, on the pinned patient, with arguments that nobody takes at their word."""

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from accounts import acting
from accounts.models import User
from assistant.providers.protocol import Tool
from assistant.tools.catalogue import TOOLS
from assistant.tools.gathering import Asking, AssistantTool, Gathering, ToolResult
from hospital.errors import Refusal
from hospital.models import one_of
from patients.models import Patient, may_see_chart

MOST_SENT = 16_000  # signs of JSON


def offered(by: User, *, patient: Patient | None) -> tuple[Tool, ...]:
    """The tools of a conversation, as a provider is told of them: those that the asker may use there."""
    return tuple(one.told for one in TOOLS.values() if one.fits(patient) and by.has_perm(one.permission))


def use(
    name: str, arguments: Mapping[str, Any], *, by: User, patient: Patient | None, turn: Gathering
) -> ToolResult:
    """Ask a tool. What is refused is an answer too; whoever opens a record is written to the audit first."""
    tool = TOOLS.get(name)
    if tool is None:
        return ToolResult.failure("no_such_tool", _("There is no such tool."))
    said = str(tool.label)
    try:
        asking = Asking(by, _looked_up(tool, by, patient), turn)
        given = _checked(tool, arguments)
        if tool.about_patient:
            acting.opened_part(asking.patient, f"assistant: {name}", by=by)
        return ToolResult.of(tool.run(asking, given), said)
    except Refusal as refusal:
        return ToolResult.failure(refusal.code, refusal.message, looked_at=said)
    except ValidationError as error:
        return ToolResult.failure("invalid", _texts(error), looked_at=said)
    except PermissionDenied:
        return ToolResult.failure("not_allowed", _("Your role does not allow this."), looked_at=said)


def _looked_up(tool: AssistantTool, by: User, pinned: Patient | None) -> Patient | None:
    """The patient as the asker sees it now, or a refusal; the denial is written down as at any door."""
    if not by.has_perm(tool.permission):
        acting.denied(tool.permission, by=by)
        raise PermissionDenied(tool.permission)
    if not tool.fits(pinned):
        raise Refusal(_not_here(pinned), code="not_here")
    if pinned is None or not tool.about_patient:
        return pinned
    patient: Patient | None = one_of(Patient.objects.visible_to(by).filter(pk=pinned.pk))
    if patient is None:
        acting.not_shown(Patient, pinned.pk, by=by)
        raise Refusal(_("There is no such patient."), code="not_found")
    if not may_see_chart(by, patient):
        acting.not_in_care(patient, tool.permission, by=by)
        raise Refusal(_("You do not treat this patient."), code="not_in_care")
    return patient


def _not_here(pinned: Patient | None) -> str:
    if pinned is None:
        return _("This conversation is about no patient. Open one from a patient's record.")
    return _("This conversation is about one patient, and no other can be looked up in it.")


def _checked(tool: AssistantTool, arguments: Any) -> Mapping[str, Any]:
    if not isinstance(arguments, Mapping) or _is_too_much(arguments):
        raise ValidationError(_("These arguments are not understood."))
    shape = tool.arguments(data=dict(arguments))
    if not shape.is_valid():
        wrong = "; ".join(f"{name}: {_first(errors)}" for name, errors in shape.errors.items())
        raise ValidationError(wrong[:600])
    given: Mapping[str, Any] = shape.validated_data
    return given


def _is_too_much(arguments: Mapping[str, Any]) -> bool:
    try:
        return len(json.dumps(arguments)) > MOST_SENT
    except (TypeError, ValueError, RecursionError):
        return True


def _first(errors: Any) -> str:
    while isinstance(errors, Mapping | list) and errors:
        errors = next(iter(errors.values())) if isinstance(errors, Mapping) else errors[0]
    return str(errors)


def _texts(error: ValidationError) -> str:
    return " ".join(str(one) for one in error.messages)
