"""What a browser sends for a prescription that somebody types."""

from typing import Any

from prescriptions.models import Product

NONCE = "0123456789abcdef0123456789abcdef"


def typed(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The whole form; the lines have the tokens a, b, c …"""
    tokens = [chr(ord("a") + number) for number in range(len(lines))]
    sent: dict[str, Any] = {"line": tokens, "nonce": NONCE, "indication": "", "note": ""}
    for token, line in zip(tokens, lines, strict=True):
        sent |= {f"line-{token}-{name}": value for name, value in line.items()}
    return sent | more


def of(product: Product, /, **more: Any) -> dict[str, Any]:
    """One tablet twice a day for a week, of a product that was chosen while typing."""
    chosen = {"medicine": product.name, "product": str(product.pk)}
    return {**chosen, "dose": "1", "unit": "tablet", "route": "oral", "frequency": "bd", "days": "7"} | more
