"""What every record has: a key, times, a version, and one way to be added and changed."""

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self, cast
from uuid import UUID

import uuid_utils.compat
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from hospital import clock
from hospital.errors import Stale, WrongMove

if TYPE_CHECKING:
    from accounts.models import User


SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH_OF_CODE = 12


def uuid7() -> UUID:
    """A time-ordered UUID, version 7 of RFC 9562."""
    return uuid_utils.compat.uuid7()


def new_secret() -> str:
    """What cannot be guessed, fit for an address: 192 bits."""
    return secrets.token_urlsafe(24)


def new_code() -> str:
    """What can be read aloud and is not guessed: 60 bits in Crockford's base 32, which no two signs confuse."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH_OF_CODE))


def one_of(rows: Any) -> Any:
    """The only row, or None; as `first()`, without the sorting that this adds."""
    return next(iter(rows[:1]), None)


class RecordQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> Self:
        """The rows that this user may know of: all or none, by the role's view permission."""
        permission = f"{self.model._meta.app_label}.view_{self.model._meta.model_name}"
        return self if user.has_perm(permission) else self.none()


class Record(models.Model):
    """Base of every noun. Rules about one row are in `clean()`; `add` and `change` apply them."""

    id = models.UUIDField(primary_key=True, db_column="_id", default=uuid7, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    updated_at = models.DateTimeField(default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True

    @property
    def audit_patient_id(self) -> UUID | None:
        """The patient whom opening this record opens, if any."""
        return getattr(self, "patient_id", None)

    def check_row(self) -> None:
        """Raise ValidationError unless the row is right by itself. Asks the database nothing."""
        relations = {field.name for field in self._meta.fields if field.is_relation}
        self.clean_fields(exclude=relations)
        self.clean()

    def add(self) -> Self:
        """Check and insert."""
        self.check_row()
        self.save(force_insert=True)
        return self

    def change(self, *, seen_version: int | None = None, **changes: Any) -> Self:
        """Check and update, or raise Stale if somebody was faster.

        `seen_version` is the version that the asker looked at. The conditional UPDATE decides who
        wins a race; it is atomic on both engines, so no lock is needed.
        """
        if seen_version is not None and seen_version != self.version:
            raise Stale(_changed_by_somebody(self))
        for name, value in changes.items():
            setattr(self, name, value)
        self.check_row()
        values = {self._column(name): getattr(self, self._column(name)) for name in changes}
        values |= {"updated_at": clock.now(), "version": self.version + 1}
        if not type(self)._default_manager.filter(pk=self.pk, version=self.version).update(**values):
            raise Stale(_changed_by_somebody(self))
        for name, value in values.items():
            setattr(self, name, value)
        return self

    def _column(self, name: str) -> str:
        try:
            return self._meta.get_field(name).attname  # type: ignore[union-attr]
        except (AttributeError, FieldDoesNotExist):
            return name


def _changed_by_somebody(record: models.Model) -> str:
    return _("Somebody else has just changed this %(noun)s. Nothing was saved.") % {
        "noun": record._meta.verbose_name
    }


class StatefulRecord(Record):
    """A record whose status only ever changes along MOVES, or one step back along BACK."""

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {}
    BACK: ClassVar[Mapping[str, frozenset[str]]] = {}

    class Meta:
        abstract = True

    def may_move_to(self, status: str) -> bool:
        return status in self.MOVES.get(cast("Any", self).status, frozenset())

    def may_move_back_to(self, status: str) -> bool:
        return status in self.BACK.get(cast("Any", self).status, frozenset())

    def move_to(self, status: str, *, seen_version: int | None = None, **changes: Any) -> None:
        """Take one step along MOVES, or refuse."""
        self._step(status, allowed=self.may_move_to(status), seen_version=seen_version, changes=changes)

    def move_back_to(self, status: str, *, seen_version: int | None = None, **changes: Any) -> None:
        """Take a step back along BACK, or refuse."""
        self._step(status, allowed=self.may_move_back_to(status), seen_version=seen_version, changes=changes)

    def _step(self, status: str, *, allowed: bool, seen_version: int | None, changes: dict[str, Any]) -> None:
        this = cast("Any", self)
        if seen_version is not None and seen_version != self.version:
            raise Stale(_changed_by_somebody(self))
        if not allowed:
            raise WrongMove(
                _("This %(noun)s is %(now)s; it cannot become %(then)s.")
                % {
                    "noun": self._meta.verbose_name,
                    "now": str(this.get_status_display()).lower(),
                    "then": str(dict(this._meta.get_field("status").flatchoices)[status]).lower(),
                }
            )
        changes |= {"status": status, "updated_at": clock.now(), "version": self.version + 1}
        seen = type(this)._default_manager.filter(pk=self.pk, status=this.status, version=self.version)
        if not seen.update(**changes):
            raise WrongMove(_changed_by_somebody(self))
        for name, value in changes.items():
            setattr(self, name, value)
