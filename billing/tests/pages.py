"""What tests of the pages send: forms as a browser fills them in."""

from typing import Any
from uuid import uuid4

from django.test import Client


def nonce() -> str:
    return uuid4().hex


def lines(*written: dict[str, Any]) -> dict[str, Any]:
    """The lines of the editor; what is left out is empty, the quantity 1."""
    sent: dict[str, Any] = {"line-TOTAL_FORMS": len(written), "line-INITIAL_FORMS": 0}
    for at, line in enumerate(written):
        sent |= {f"line-{at}-{name}": value for name, value in ({"quantity": "1"} | line).items()}
    return sent


def post(client: Client, address: str, **sent: Any) -> Any:
    return client.post(address, {"nonce": nonce()} | sent)
