"""Access tokens of the API: signed by simplejwt, believed only while their session lives."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken, Token

from accounts.models import ApiSession, User
from hospital.models import one_of


def session_of(token: Token) -> ApiSession | None:
    """The session that a token was written for, with its user: one query."""
    try:
        found: ApiSession | None = one_of(
            ApiSession.objects.select_related("user").filter(pk=token.get("sid"))
        )
    except (ValueError, TypeError, ValidationError):
        return None
    return found


def read_refresh_token(raw: str) -> tuple[RefreshToken, ApiSession] | None:
    try:
        token = RefreshToken(raw)  # type: ignore[arg-type]
    except TokenError:
        return None
    session = session_of(token)
    return (token, session) if session else None


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …`. User and session are read in one query at each request."""

    def authenticate(self, request: Request) -> tuple[User, ApiSession] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed(code="token_invalid")
        try:
            token = AccessToken(words[1])  # type: ignore[arg-type]
        except TokenError as error:
            raise AuthenticationFailed(code="token_invalid") from error
        session = session_of(token)
        if session is None or not session.is_live:
            raise AuthenticationFailed(code="session_ended")
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def access_token_for(refresh: RefreshToken) -> Any:
    """The short-lived token that goes with a refresh token; it carries the session's id."""
    return refresh.access_token
