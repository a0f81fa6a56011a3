"""Patients, the keys by which they are found, and who treats whom."""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from accounts import places
from accounts.models import Site, User
from hospital import clock
from hospital.errors import Refusal
from hospital.models import Record, RecordQuerySet
from hospital.phones import PhoneField
from patients.clinical.check_digits import luhn_check_digit
from patients.models.words import UNPRINTABLE, has_forbidden, tidy
from patients.searching import AFTER_ALL_TEXT, OF, Question

if TYPE_CHECKING:
    from patients.models.chart import Chart

OLDEST_YEARS = 150
MOST_FOUND = 100
MOST_KEYS_READ = 200
ENOUGH_WRITTEN_SO = 10


def mrn(prefix: str, number: int) -> str:
    """A medical record number: the site's prefix, at least six digits, and their check digit."""
    digits = f"{number:06d}"
    return f"{prefix}-{digits}-{luhn_check_digit(digits)}"


class PatientQuerySet(RecordQuerySet):
    def search(self, text: str) -> Self:
        """The patients whom these words, digits or date of birth mean, at most MOST_FOUND.

        The ids come from `SearchKey.objects.find`, read at once. The rows have no order;
        `ranked` puts them into that of the search.
        """
        return self.filter(pk__in=SearchKey.objects.find(text))

    def ranked(self, text: str) -> "list[Patient]":
        """The same, the best answers first."""
        ids = SearchKey.objects.find(text)
        found = {patient.pk: patient for patient in self.filter(pk__in=ids)} if ids else {}
        return [found[pk] for pk in ids if pk in found]


class Patient(Record):
    """A person who is or was treated here."""

    class Sex(models.TextChoices):
        """FHIR administrative-gender."""

        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Other")
        UNKNOWN = "unknown", _("Unknown")

    class BloodGroup(models.TextChoices):
        O_NEGATIVE = "O-", "O−"
        O_POSITIVE = "O+", "O+"
        A_NEGATIVE = "A-", "A−"
        A_POSITIVE = "A+", "A+"
        B_NEGATIVE = "B-", "B−"
        B_POSITIVE = "B+", "B+"
        AB_NEGATIVE = "AB-", "AB−"
        AB_POSITIVE = "AB+", "AB+"

    class Language(models.TextChoices):
        """ISO 639-1 codes, which are BCP 47 tags too."""

        ALBANIAN = "sq", _("Albanian")
        AMHARIC = "am", _("Amharic")
        ARABIC = "ar", _("Arabic")
        BENGALI = "bn", _("Bengali")
        BOSNIAN = "bs", _("Bosnian")
        BULGARIAN = "bg", _("Bulgarian")
        CHINESE = "zh", _("Chinese")
        CROATIAN = "hr", _("Croatian")
        CZECH = "cs", _("Czech")
        DANISH = "da", _("Danish")
        DARI_OR_PERSIAN = "fa", _("Persian, Dari")
        DUTCH = "nl", _("Dutch")
        ENGLISH = "en", _("English")
        ESTONIAN = "et", _("Estonian")
        FINNISH = "fi", _("Finnish")
        FRENCH = "fr", _("French")
        GERMAN = "de", _("German")
        GREEK = "el", _("Greek")
        HEBREW = "he", _("Hebrew")
        HINDI = "hi", _("Hindi")
        HUNGARIAN = "hu", _("Hungarian")
        INDONESIAN = "id", _("Indonesian")
        ITALIAN = "it", _("Italian")
        JAPANESE = "ja", _("Japanese")
        KOREAN = "ko", _("Korean")
        KURDISH = "ku", _("Kurdish")
        LATVIAN = "lv", _("Latvian")
        LITHUANIAN = "lt", _("Lithuanian")
        MACEDONIAN = "mk", _("Macedonian")
        NORWEGIAN = "no", _("Norwegian")
        PASHTO = "ps", _("Pashto")
        POLISH = "pl", _("Polish")
        PORTUGUESE = "pt", _("Portuguese")
        PUNJABI = "pa", _("Punjabi")
        ROMANIAN = "ro", _("Romanian")
        RUSSIAN = "ru", _("Russian")
        SERBIAN = "sr", _("Serbian")
        SLOVAK = "sk", _("Slovak")
        SLOVENIAN = "sl", _("Slovenian")
        SOMALI = "so", _("Somali")
        SPANISH = "es", _("Spanish")
        SWAHILI = "sw", _("Swahili")
        SWEDISH = "sv", _("Swedish")
        TAMIL = "ta", _("Tamil")
        THAI = "th", _("Thai")
        TIGRINYA = "ti", _("Tigrinya")
        TURKISH = "tr", _("Turkish")
        UKRAINIAN = "uk", _("Ukrainian")
        URDU = "ur", _("Urdu")
        VIETNAMESE = "vi", _("Vietnamese")

    given_name = models.CharField(_("given name"), max_length=100)
    family_name = models.CharField(_("family name"), max_length=100)
    birth_date = models.DateField(_("date of birth"), db_index=True)
    birth_date_is_estimated = models.BooleanField(
        _("only the year is known"), default=False, help_text=_("Kept as 1 July of the year of birth")
    )
    sex = models.CharField(_("sex"), max_length=7, choices=Sex)
    mrn = models.CharField(_("medical record number"), max_length=24, unique=True, editable=False)
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, db_index=False)
    phone = PhoneField(_("phone"), blank=True)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    address = models.TextField(_("address"), max_length=400, blank=True)
    language = models.CharField(_("language"), max_length=8, choices=Language, blank=True)
    blood_group = models.CharField(_("blood group"), max_length=3, choices=BloodGroup, blank=True)
    next_of_kin_name = models.CharField(_("next of kin"), max_length=200, blank=True)
    next_of_kin_relation = models.CharField(_("relation"), max_length=60, blank=True)
    next_of_kin_phone = PhoneField(_("phone of the next of kin"), blank=True)
    is_active = models.BooleanField(_("active"), default=True, editable=False)
    deactivated_because = models.CharField(
        _("deactivated because"), max_length=200, blank=True, editable=False
    )
    is_deceased = models.BooleanField(_("deceased"), default=False, editable=False)
    deceased_on = models.DateField(_("date of death"), null=True, editable=False)
    death_taken_back_because = models.CharField(
        _("death taken back because"), max_length=200, blank=True, default="", editable=False
    )

    objects = PatientQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("patient")
        verbose_name_plural = _("patients")
        default_permissions = ("view",)
        permissions = [
            ("register_patient", "Register a patient"),
            ("edit_patient", "Correct a patient's demographics"),
            ("deactivate_patient", "Close a patient's record for new work"),
            ("reactivate_patient", "Open a closed record again"),
            ("open_record", "Open the clinical record of a patient in one's care"),
            ("begin_care", "Say who treats a patient"),
            ("declare_care", "Declare that one treats a patient"),
            ("record_death", "Write down that a patient has died"),
            ("take_back_death", "Take back that a patient has died"),
        ]
        indexes = [models.Index(fields=["is_active", "id"], name="patient_active")]

    def __str__(self) -> str:
        return f"{self.family_name}, {self.given_name}"

    def get_absolute_url(self) -> str:
        return reverse("patients:detail", args=[self.pk])

    @cached_property
    def chart(self) -> "Chart":
        """The first page of the chart, read once."""
        from patients.models.chart import Chart  # noqa: PLC0415 a chart knows its patient

        return Chart.of(self.pk)

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}"

    @property
    def audit_patient_id(self) -> UUID | None:
        return self.pk

    def get_sex_display(self) -> str:  # type: ignore[no-redef]
        """The word for it. Django's own goes through all choices for each row of a list."""
        return str(self.Sex(self.sex).label)

    @property
    def age(self) -> int:
        """Whole years, in the clinic's zone; of the dead at their death."""
        day = self.deceased_on or self._today()
        before_birthday = (day.month, day.day) < (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - before_birthday

    @property
    def is_open_for_work(self) -> bool:
        """Whether anything new may be begun: a visit, a message, somebody's care. Reading is another matter."""
        return self.is_active and not self.is_deceased

    def check_open_for_work(self) -> None:
        """Raise Refusal `patient_deceased` or `patient_inactive`, so that every path refuses alike."""
        if self.is_deceased:
            raise Refusal(_text("This patient has died. Nothing new can be begun."), code="patient_deceased")
        if not self.is_active:
            raise Refusal(
                _text("This patient is inactive. Reactivate the record first."), code="patient_inactive"
            )

    def _today(self) -> date:
        """The date at the patient's site; it is known without asking the database."""
        chosen: UUID | None = self.site_id  # none yet on the administrators' form
        site = places.site(chosen) if chosen else places.first_site()
        return clock.today(site.time_zone)

    def clean(self) -> None:
        wrong: dict[str, Any] = {}
        for name in ("given_name", "family_name", "next_of_kin_name", "next_of_kin_relation", "address"):
            text = tidy(getattr(self, name), lines=name == "address")
            if has_forbidden(text, lines=name == "address"):
                wrong[name] = UNPRINTABLE
            setattr(self, name, text)
        for name in ("given_name", "family_name"):
            if name not in wrong and not getattr(self, name):
                wrong[name] = _("Write the name.")
        self._clean_birth_date(wrong)
        self._clean_death(wrong)
        if wrong:
            raise ValidationError(wrong)

    def _clean_birth_date(self, wrong: dict[str, Any]) -> None:
        today = self._today()
        if self.birth_date_is_estimated and self.birth_date.year <= today.year:
            self.birth_date = min(date(self.birth_date.year, 7, 1), today)
        if self.birth_date > today:
            wrong["birth_date"] = _("A date of birth is not in the future.")
        elif self.birth_date.year < today.year - OLDEST_YEARS:
            wrong["birth_date"] = _("Nobody is older than %(years)s years.") % {"years": OLDEST_YEARS}

    def _clean_death(self, wrong: dict[str, Any]) -> None:
        died = self.deceased_on
        if died is None:
            return
        too_early = (
            died.year < self.birth_date.year if self.birth_date_is_estimated else died < self.birth_date
        )
        if died > self._today():
            wrong["deceased_on"] = _("A date of death is not in the future.")
        elif too_early:
            wrong["deceased_on"] = _("The date of death lies before the date of birth.")


class SearchKeyQuerySet(models.QuerySet["SearchKey"]):
    def find(self, text: str) -> list[UUID]:
        """The ids of the patients whom the text means, exact answers first, at most MOST_FOUND.

        One statement. Names that only sound alike count where few are written so.
        """
        question = Question.read(text)
        exact, alike = question.ranges(), question.sounds_like()
        if not exact:
            return []
        keys = self.beginning_with([*exact, *alike], at_most=MOST_KEYS_READ)
        spoken = sorted(key for key in keys if key.startswith("s:"))
        written = [key for key in keys if not key.startswith("s:") and question.means(key)]
        ids = _patients_of(sorted(written, key=question.rank))
        if len(ids) < ENOUGH_WRITTEN_SO:
            ids = list(dict.fromkeys([*ids, *_patients_of(spoken)]))
        return ids[:MOST_FOUND]

    def beginning_with(self, starts: Iterable[str], *, at_most: int) -> list[str]:
        """The keys that begin with one of these texts, in no order.

        One statement: ranges of the primary key joined by OR, with a limit and no order, so that the
        engine stops reading as soon as it has enough. That is as fast among a million patients as
        among a thousand.
        """
        wanted = models.Q()
        for start in starts:
            wanted |= models.Q(key__range=(start, start + AFTER_ALL_TEXT))
        return list(self.filter(wanted).values_list("key", flat=True)[:at_most]) if wanted else []


def _patients_of(keys: list[str]) -> list[UUID]:
    return [UUID(hex=pk) for pk in dict.fromkeys(key.rpartition(OF)[2] for key in keys)]


class SearchKey(models.Model):
    """A patient can be found by this text. Kinds and form: see `patients.searching`.

    The whole key is the primary key, so that a search is a range of the one index there is.
    """

    key = models.CharField(primary_key=True, db_column="_id", max_length=200)
    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, db_index=False, related_name="+")

    objects = SearchKeyQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class CareRelationQuerySet(RecordQuerySet):
    def open_between(self, patient: Patient, user: User) -> Self:
        return self.filter(patient_id=patient.pk, user_id=user.pk, is_open=True)


class CareRelation(Record):
    """Somebody treats a patient, from when, until when, and because of what."""

    patient = models.ForeignKey(Patient, verbose_name=_("patient"), on_delete=models.PROTECT)
    user = models.ForeignKey(User, verbose_name=_("clinician"), on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(_("since"), default=clock.now)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    because = models.CharField(_("because"), max_length=400)
    is_open = models.BooleanField(_("open"), default=True)

    objects = CareRelationQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("care relation")
        verbose_name_plural = _("care relations")
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "user"],
                condition=models.Q(is_open=True),
                name="one_open_care_relation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.patient_id}"

    def clean(self) -> None:
        self.because = " ".join(self.because.split())
        if not self.because:
            raise ValidationError({"because": _("Say why.")})
        if has_forbidden(self.because, lines=False):
            raise ValidationError({"because": UNPRINTABLE})


def may_see_chart(user: User, patient: Patient) -> bool:
    """Whether care stands in nobody's way: clinicians see those whom they treat, others what their role needs."""
    return (
        not user.has_perm("patients.declare_care")
        or CareRelation.objects.open_between(patient, user).exists()
    )
