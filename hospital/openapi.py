"""The OpenAPI 3 description: what each endpoint may answer when something is wrong."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

PROBLEM = {
    "type": "object",
    "description": "Problem details, RFC 9457.",
    "required": ["type", "title", "status", "code", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable, for machines."},
        "detail": {"type": "string", "description": "For people."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
                "required": ["field", "code", "message"],
            },
        },
        "offers": {
            "type": "array",
            "description": "What would be accepted instead.",
            "items": {"type": "object", "additionalProperties": True},
        },
    },
    "example": {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "code": "slot_taken",
        "detail": "This time has just been taken.",
        "errors": [],
    },
}
ALWAYS = {"400": "Something is wrong with the request.", "429": "Too often; see Retry-After."}
SIGNED_IN = {"401": "Not logged in, or no longer.", "403": "This role may not do that."}
OF_ONE = {"404": "There is no such record for you."}
CHANGES = {
    "409": "Refused as things stand.",
    "415": "Only JSON is understood.",
    "422": "The key was used before.",
}
VERSIONED = {"412": "The record has changed since you read it."}
EDITED = {"428": "Say which version you change."}
WRITES = {"post", "put", "patch", "delete"}


class Schema(AutoSchema):
    """Operation ids from the view's noun and action; a bearer token unless the action is public."""

    def get_tags(self) -> list[str]:
        words = [word for word in self.path.removeprefix("/api/v1/").split("/") if not word.startswith("{")]
        return words[:1]


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How TokenAuthentication is described."""

    target_class = "accounts.tokens.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def _answers(method: str, *, in_one: bool, signed_in: bool) -> dict[str, str]:
    answers = ALWAYS | (SIGNED_IN if signed_in else {"401": SIGNED_IN["401"]})
    if in_one:
        answers |= OF_ONE
    if method in WRITES:
        answers |= CHANGES
    if in_one and method in WRITES:
        answers |= VERSIONED
    if in_one and method in {"put", "patch"}:
        answers |= EDITED
    return answers


def say_what_can_go_wrong(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Add the problem answers that every operation shares."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    body = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for path, operations in result.get("paths", {}).items():
        for method, operation in operations.items():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            signed_in = operation.get("security") != [{}]
            answers = _answers(method, in_one="{" in path, signed_in=signed_in)
            for status, description in answers.items():
                operation["responses"].setdefault(status, {"description": description, "content": body})
    return result
