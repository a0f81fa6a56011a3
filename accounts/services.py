"""What can be done with accounts, sessions and numbers."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext as _
from rest_framework_simplejwt.tokens import RefreshToken

from accounts import places
from accounts.acting import note, service
from accounts.models import ApiSession, Department, NumberSeries, Site, User
from accounts.roles import Role
from hospital import clock
from hospital.db import on_commit
from hospital.errors import LostRace, Refusal


def next_number(series: str) -> int:
    """The next number of a series, from 1, without gaps. Call it inside the service that uses the number."""
    row = NumberSeries.objects.filter(name=series)
    if not row.update(last=models.F("last") + 1):
        try:
            NumberSeries.objects.create(name=series, last=1)
        except IntegrityError as error:
            raise LostRace("Somebody else began this series.") from error
        return 1
    return row.values_list("last", flat=True)[0]


def _add_user(user: User, password: str | None) -> User:
    if password is None:
        user.set_unusable_password()
    else:
        try:
            validate_password(password, user)
        except ValidationError as error:
            raise ValidationError({"password": error.messages}) from error
        user.set_password(password)
    if User.objects.filter(email=User.objects.normalize_email(user.email)).exists():
        raise ValidationError({"email": _("There is an account with this address already.")})
    try:
        return user.add()
    except IntegrityError as error:
        raise LostRace("The same address was registered a moment ago.") from error


@service("accounts.register_user")
def register_user(*, email: str, full_name: str, password: str, by: User | AnonymousUser) -> User:
    """A person makes an account. It has no role until an administrator gives it one."""
    if not settings.REGISTRATION_OPEN:
        raise PermissionDenied("Registration is closed.")
    return _add_user(User(email=email, full_name=full_name), password)


@service("accounts.add_user")
def add_user(*, email: str, full_name: str, role: str, password: str | None, by: User) -> User:
    """An administrator makes an account. Without a password its owner asks for one by e-mail."""
    return _add_user(User(email=email, full_name=full_name, role=role), password)


@service("accounts.edit_user")
def edit_user(user: User, *, by: User, seen_version: int | None = None, **changes: Any) -> User:
    """Correct a name or an address."""
    note(fields=sorted(changes))
    return user.change(seen_version=seen_version, **changes)


@service("accounts.edit_own_account")
def edit_own_account(user: User, *, full_name: str, by: User) -> User:
    """Only the own name; role, address and status are for administrators."""
    if user.pk != by.pk:
        raise PermissionDenied("accounts.edit_own_account")
    return user.change(full_name=full_name)


@service("accounts.assign_role")
def assign_role(user: User, *, role: str, by: User, seen_version: int | None = None) -> User:
    """Give a role, or take it away with an empty one. It holds from the user's next request."""
    if user.pk == by.pk and role != Role.ADMINISTRATOR:
        raise Refusal(_("You cannot take your own administrator's role away."), code="own_role")
    note(role=role, before=user.role)
    return user.change(seen_version=seen_version, role=role)


@service("accounts.disable_user")
def disable_user(user: User, *, by: User, seen_version: int | None = None) -> User:
    """Nobody can log in as this user any more, and whoever is logged in is out at the next request."""
    if user.pk == by.pk:
        raise Refusal(_("You cannot disable your own account."), code="own_account")
    return user.change(seen_version=seen_version, is_active=False)


@service("accounts.disable_user")
def enable_user(user: User, *, by: User, seen_version: int | None = None) -> User:
    """Let a disabled user log in again."""
    return user.change(seen_version=seen_version, is_active=True)


@service("accounts.change_password")
def change_password(user: User, *, password: str, by: User) -> User:
    """A new password ends every session that was opened with the old one."""
    if user.pk != by.pk and not by.has_perm("accounts.edit_user"):
        raise PermissionDenied("accounts.change_password")
    user.set_password(password)
    return user.change(password=user.password)


@service("accounts.sign_in")
def sign_in(user: User, *, by: User) -> User:
    """Somebody whose password was right comes in through the pages. The session itself is Django's."""
    return user


@service("accounts.sign_out")
def sign_out(user: User, *, by: User) -> User:
    """Somebody leaves the pages."""
    return user


@service("accounts.sign_in")
def open_api_session(user: User, *, client: str, by: User) -> tuple[ApiSession, RefreshToken]:
    """Begin a session of the API for a user whose password was right."""
    token = RefreshToken()
    session = ApiSession(
        user=user,
        refresh_jti=token["jti"],
        auth_hash=user.get_session_auth_hash(),
        client=client[:200],
        expires_at=clock.now() + token.lifetime,
    ).add()
    note(session=str(session.pk))
    return session, _written_for(session, token)


def renew_api_session(session: ApiSession, *, jti: str) -> RefreshToken | None:
    """Exchange a refresh token for a new one; None if the session is over.

    Whoever sends a token that was exchanged before ends the session for everybody: one of the two
    who hold it is a thief, and nobody can tell which.
    """
    if not session.is_live:
        return None
    token = RefreshToken()
    current = ApiSession.objects.filter(pk=session.pk, refresh_jti=jti, ended_at=None)
    if current.update(refresh_jti=token["jti"], used_at=clock.now(), updated_at=clock.now()):
        return _written_for(session, token)
    end_session(session, because="refresh token reused", by=session.user)
    return None


def _written_for(session: ApiSession, token: RefreshToken) -> RefreshToken:
    token["sub"] = str(session.user_id)
    token["sid"] = str(session.pk)
    return token


@service("accounts.end_session")
def end_session(session: ApiSession, *, because: str = "logged out", by: User) -> ApiSession:
    """End a session of the API, one's own or, as an administrator, anybody's. Ending it again changes nothing."""
    if session.user_id != by.pk and not by.has_perm("accounts.end_any_session"):
        raise PermissionDenied("accounts.end_session")
    ApiSession.objects.filter(pk=session.pk, ended_at=None).update(
        ended_at=clock.now(), ended_because=because, updated_at=clock.now()
    )
    session.refresh_from_db()
    return session


@service("accounts.keep_places")
def add_site(*, name: str, time_zone: str, number_prefix: str, by: User, **more: Any) -> Site:
    """Open a site: a clinic with its own zone, numbers, quiet hours and reminders."""
    site = Site(name=name, time_zone=time_zone, number_prefix=number_prefix, **more).add()
    on_commit(places.forget)
    return site


@service("accounts.keep_places")
def add_department(*, site: Site, name: str, code: str, by: User) -> Department:
    """Open a department of a site."""
    department = Department(site=site, name=name, code=code).add()
    on_commit(places.forget)
    return department


@service("accounts.keep_places")
def edit_place(place: Site | Department, *, by: User, seen_version: int | None = None, **changes: Any) -> Any:
    """Correct a site or a department."""
    note(fields=sorted(changes))
    place.change(seen_version=seen_version, **changes)
    on_commit(places.forget)
    return place
