"""Plants conversations with the assistant and alerts, of which every text is a script: part of the cast."""

from datetime import timedelta
from typing import Any


def plant_talks(patient: Any, *, by: Any) -> dict[str, str]:
    """One about the patient, with answers in each state and what it remembers; one about nobody; two alerts.

    And what was once sent to a provider outside.
    """
    from assistant.models import Guideline, Turn  # noqa: PLC0415 the models have to wait for django.setup
    from assistant.tests import make  # noqa: PLC0415
    from assistant.tests.make_alerts import FACTS, make_alert  # noqa: PLC0415
    from e2e.pages import EVIL  # noqa: PLC0415
    from hospital import clock  # noqa: PLC0415

    kept: dict[str, Any] = {
        "title": EVIL[:80],
        "summary": EVIL,
        "expires_at": clock.now() + timedelta(days=9),
    }
    talk, of_nobody = make.make_conversation(by, patient, **kept), make.make_conversation(by, **kept)
    url = f"/patients/{patient.pk}/results/tests/2823-3/"
    citation = {"id": "s1", "kind": "result", "title": EVIL, "quote": EVIL, "url": url}
    for opens in ("", "item"):
        sentence = {"text": f"**Potassium** {EVIL}", "keys": ["s1"], "opens": opens}
        make.make_answered(
            talk, question=EVIL, answer=[sentence] * 2, citations=[citation], dropped=2, notice=EVIL
        )
    for status in (Turn.Status.STOPPED, Turn.Status.FAILED, Turn.Status.ASKED):
        make.make_turn(talk, question=EVIL, status=status)
    make.make_fact(talk, text=EVIL, title=EVIL, url=url)
    make.make_answered(of_nobody, question=EVIL, answer=[], citations=[])
    facts = FACTS["far_from_own"] | {"name": EVIL, "unit": EVIL[:30]}
    alert, decided = (make_alert(patient=patient, facts=facts) for _number in range(2))
    decided.move_to("dismissed", decided_because=EVIL, decided_by=by, decided_at=clock.now())
    known = {
        "talk": talk,
        "talk_of_nobody": of_nobody,
        "guideline": Guideline.objects.all()[0],
        "oddity": alert,
        "oddity_decided": decided,
        "disclosure": make.make_disclosure(by, patient, payload=EVIL, failure=EVIL[:20]),
    }
    return {name: str(row.pk) for name, row in known.items()}
