"""Tools that propose: each makes a pending action and does nothing else."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from appointments.availability import doctors_for
from assistant import services
from assistant.tools.gathering import Asking, Found
from assistant.tools.medicines import line_for
from assistant.tools.visits import meant
from hospital.errors import Refusal


def propose_appointment(asking: Asking, given: Mapping[str, Any]) -> Found:
    """With the one doctor who is meant."""
    found = meant(given["doctor"], doctors_for(asking.by))
    if len(found) != 1:
        raise Refusal(_("It is not clear which doctor is meant."), code="which_doctor")
    return _proposed(
        asking,
        services.propose_appointment(
            asking.patient,
            doctor=found[0],
            starts_at=given["starts_at"],
            minutes=given["minutes"],
            reason=given["reason"],
            conversation=asking.turn.conversation,
            by=asking.by,
        ),
    )


def propose_prescription(asking: Asking, given: Mapping[str, Any]) -> Found:
    """Lines as they were typed, understood as the editor understands them."""
    lines = [line_for(**one) for one in given["medicines"]]
    return _proposed(
        asking,
        services.propose_prescription(
            asking.patient,
            lines=lines,
            indication=given["indication"],
            conversation=asking.turn.conversation,
            by=asking.by,
        ),
    )


def propose_note(asking: Asking, given: Mapping[str, Any]) -> Found:
    """The sections of a draft."""
    return _proposed(
        asking,
        services.propose_note(asking.patient, conversation=asking.turn.conversation, by=asking.by, **given),
    )


def _proposed(asking: Asking, action: Any) -> Found:
    asking.turn.proposed.append(action)
    return Found(notes=[_("Proposed. A person has to confirm it on its page.")], proposed=action)
