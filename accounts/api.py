"""Logging in to the API, and who one is there."""

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import services
from accounts.filters import ApiSessionFilter
from accounts.models import ApiSession, User
from accounts.serializers import (
    LoggedInSerializer,
    LoginSerializer,
    OwnAccountSerializer,
    RefreshSerializer,
    RegisterSerializer,
    SessionSerializer,
    TokensSerializer,
    UserSerializer,
)
from accounts.tokens import access_token_for, read_refresh_token
from hospital.api import PUBLIC, SIGNED_IN, RecordViewSet

LOGIN = OpenApiExample("Log in", value={"email": "reception@example.org", "password": "…"}, request_only=True)


def _answer(tokens: Any, **more: Any) -> dict[str, Any]:
    return {"access": str(access_token_for(tokens)), "refresh": str(tokens), **more}


class AuthViewSet(RecordViewSet):
    """Register, log in, renew, log out, and one's own account."""

    queryset = User.objects.none()
    serializer_class = UserSerializer
    filter_backends = ()
    needs = {
        "register": PUBLIC,
        "login": PUBLIC,
        "refresh": PUBLIC,
        "logout": "accounts.sign_out",
        "me": SIGNED_IN,
        "edit_me": "accounts.edit_own_account",
    }

    @extend_schema(request=RegisterSerializer, responses={201: UserSerializer})
    def register(self, request: Request) -> Response:
        """Make an account. It may do nothing until an administrator gives it a role."""
        user = services.register_user(**self.validated(RegisterSerializer), by=self.user)
        return Response(UserSerializer(user).data, status=201)

    @extend_schema(request=LoginSerializer, responses={200: LoggedInSerializer}, examples=[LOGIN])
    def login(self, request: Request) -> Response:
        """Exchange e-mail address and password for an access token (10 minutes) and a refresh token."""
        given = self.validated(LoginSerializer)
        user = authenticate(request._request, username=given["email"], password=given["password"])  # noqa: SLF001
        if not isinstance(user, User):
            raise exceptions.AuthenticationFailed("E-mail address or password is wrong.", "credentials_wrong")
        client = request.headers.get("User-Agent", "")
        _session, tokens = services.open_api_session(user, client=client, by=user)
        return Response(_answer(tokens, user=UserSerializer(user).data))

    @extend_schema(request=RefreshSerializer, responses={200: TokensSerializer})
    def refresh(self, request: Request) -> Response:
        """Exchange a refresh token for a new pair. Sent a second time, it ends the session for everybody."""
        read = read_refresh_token(self.validated(RefreshSerializer)["refresh"])
        tokens = services.renew_api_session(read[1], jti=read[0]["jti"]) if read else None
        if tokens is None:
            raise exceptions.AuthenticationFailed(
                "This token is no longer good. Log in again.", "token_invalid"
            )
        return Response(_answer(tokens))

    @extend_schema(request=None, responses={204: None})
    def logout(self, request: Request) -> Response:
        """End this session: neither of its tokens is good for anything from now on."""
        services.end_session(request.auth, by=self.user)  # type: ignore[arg-type]
        return Response(status=204)

    def me(self, request: Request) -> Response:
        """Who is logged in, and with which role."""
        return self.reply(self.user)

    @extend_schema(request=OwnAccountSerializer, responses={200: UserSerializer})
    def edit_me(self, request: Request) -> Response:
        """Correct one's own name. Role, address and status are for administrators."""
        given = self.validated(OwnAccountSerializer)
        return self.reply(services.edit_own_account(self.user, **given, by=self.user))


class SessionViewSet(RecordViewSet):
    """Sessions of the API: one's own; for administrators everybody's."""

    queryset = ApiSession.objects.all()
    serializer_class = SessionSerializer
    filterset_class = ApiSessionFilter
    needs = {"list": SIGNED_IN, "destroy": "accounts.end_session"}

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """End a session at once."""
        services.end_session(self.get_object(), by=self.user)
        return Response(status=204)
