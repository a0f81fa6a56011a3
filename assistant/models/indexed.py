"""What of the charts stands in the index of passages, and how far the looking for news has come."""

from typing import ClassVar
from uuid import UUID

from django.db import models


class IndexedRecord(models.Model):
    """An entry of a chart of which there are vectors: with its version, and the SHA-256 of the text as it was then.

    The index keeps ids. What is read for a hit is the entry itself, and only while its text is still that one.
    """

    key = models.CharField(primary_key=True, db_column="_id", max_length=60)  # kind:subject
    kind = models.CharField(max_length=12)
    subject_id = models.UUIDField()
    patient_id = models.UUIDField()
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    passages = models.PositiveIntegerField(default=0)
    indexed_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["patient_id"], name="indexed_patient")]

    def __str__(self) -> str:
        return self.key

    @staticmethod
    def key_of(kind: str, subject_id: UUID | str) -> str:
        return f"{kind}:{subject_id}"


class IndexPlace(models.Model):
    """Up to which row a list has been looked through for what is new, and who is at it, for how long at most."""

    name = models.CharField(primary_key=True, db_column="_id", max_length=20)
    place = models.UUIDField(null=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
