"""Who works here, where, and what keeps their sessions and numbers right."""

from datetime import time
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts import lead_times
from accounts.roles import Role
from hospital import clock
from hospital.models import Record, RecordQuerySet


class UserQuerySet(RecordQuerySet):
    def search(self, words: str) -> Self:
        """By the beginning of the e-mail address."""
        start = User.objects.normalize_email(words)
        return self.filter(email__gte=start, email__lt=start + "\uffff")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes users; an e-mail address is kept in lower case."""

    @classmethod
    def normalize_email(cls, email: str | None) -> str:
        return (email or "").strip().lower()

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=self.normalize_email(username))  # type: ignore[no-any-return]

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = User(email=self.normalize_email(email), **fields)
        user.set_password(password)
        return user.add()

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An administrator. Nobody stands above the policy."""
        return self.create_user(email, password, **fields | {"role": Role.ADMINISTRATOR})


class User(AbstractBaseUser, Record):
    """A person, or a system, that logs in. One role; no permission of its own."""

    email = models.EmailField(_("e-mail address"), unique=True, max_length=254)
    full_name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role, blank=True)
    is_active = models.BooleanField(_("may log in"), default=True)
    profile_id = models.UUIDField(
        _("doctor's profile"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Kept here on purpose, so that no list has to join the doctor."),
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    is_superuser = False

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.full_name or self.email

    def clean(self) -> None:
        self.email = User.objects.normalize_email(self.email)

    @property
    def is_staff(self) -> bool:
        """Only administrators have a window into Django admin."""
        return self.is_active and self.role == Role.ADMINISTRATOR

    @property
    def date_joined(self) -> Any:
        return self.created_at

    @property
    def initials(self) -> str:
        words = [word for word in self.full_name.split() if word[:1].isalpha() and word.lower() != "dr"]
        return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper() or self.email[:1].upper()

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        from django.contrib.auth import get_backends  # noqa: PLC0415 the backend imports this module

        return any(backend.has_perm(self, perm, obj) for backend in get_backends())

    def has_perms(self, perms: list[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name


class Site(Record):
    """A clinic: its address, its zone, its number prefix."""

    name = models.CharField(_("name"), max_length=120)
    address = models.TextField(_("address"), max_length=400, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, help_text=_("IANA name, such as Europe/Berlin")
    )
    number_prefix = models.CharField(
        _("number prefix"), max_length=4, unique=True, help_text=_("Stands before medical record numbers")
    )
    quiet_from = models.TimeField(
        _("quiet from"), default=time(21), help_text=_("Nobody is sent a message between these two times")
    )
    quiet_until = models.TimeField(
        _("quiet until"), default=time(8), help_text=_("The same as the beginning: never quiet")
    )
    reminders = models.CharField(
        _("reminders"),
        max_length=120,
        blank=True,
        default="3d, 1d, 2h",
        help_text=_("How long before a visit: 3d, 1d 18:00, 2h. Days at the time of the visit or at another"),
    )

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.number_prefix = self.number_prefix.upper()
        if not self.number_prefix.isalnum() or not self.number_prefix.isascii():
            raise ValidationError({"number_prefix": _("One to four letters or digits.")})
        if self.time_zone not in available_timezones():
            raise ValidationError({"time_zone": _("This is not the name of an IANA time zone.")})
        try:
            self.reminders = ", ".join(lead.code for lead in lead_times.read(self.reminders))
        except ValueError as error:
            raise ValidationError({"reminders": str(error)}) from error

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def reminder_times(self) -> list[lead_times.LeadTime]:
        return lead_times.read(self.reminders)


class Department(Record):
    """A part of a site. Doctors and rooms belong to one."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=80)
    code = models.CharField(_("code"), max_length=8)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [models.UniqueConstraint(fields=["site", "code"], name="one_department_per_code")]

    def __str__(self) -> str:
        return self.name


class ApiSessionQuerySet(RecordQuerySet):
    def visible_to(self, user: "User") -> Self:
        """One's own; those of everybody for administrators."""
        return self if user.has_perm("accounts.view_apisession") else self.filter(user_id=user.pk)

    def live(self) -> Self:
        """Neither ended nor over, newest first."""
        return self.filter(ended_at=None, expires_at__gt=clock.now()).order_by("-id")


class ApiSession(Record):
    """One log-in through the API. Its refresh token is replaced at each use; the old one is then worth nothing.

    `refresh_jti` is the only refresh token of this session that may still be used. If an older one
    comes, it was stolen or copied, and the whole session ends.
    """

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.PROTECT)
    refresh_jti = models.CharField(max_length=64)
    auth_hash = models.CharField(max_length=128)
    client = models.CharField(_("client"), max_length=200, blank=True)
    expires_at = models.DateTimeField(_("ends at"))
    used_at = models.DateTimeField(_("last renewed"), default=clock.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_because = models.CharField(_("ended because"), max_length=40, blank=True)

    objects = ApiSessionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("API session")
        verbose_name_plural = _("API sessions")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_live(self) -> bool:
        """False from the moment of log-out, of a new password, or of a disabled user."""
        return (
            self.ended_at is None
            and self.expires_at > clock.now()
            and self.user.is_active
            and self.auth_hash
            in {self.user.get_session_auth_hash(), *self.user.get_session_auth_fallback_hash()}
        )


class SignInFailures(models.Model):
    """How many log-ins failed in one minute, of one account or from one address."""

    key = models.CharField(primary_key=True, db_column="_id", max_length=120)
    count = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return self.key


class NumberSeries(models.Model):
    """A sequence without gaps: moved in the same transaction as the use of its number."""

    name = models.CharField(primary_key=True, db_column="_id", max_length=80)
    last = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """That a request was carried out, and what was answered. Written in the transaction of the act."""

    key = models.CharField(primary_key=True, db_column="_id", max_length=300)
    fingerprint = models.CharField(max_length=64)
    subject_id = models.UUIDField()
    answer = models.JSONField(null=True)
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.key
