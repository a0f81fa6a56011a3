"""Patients, who treats whom, and what stands in a chart."""

from patients.clinical.check_digits import luhn_check_digit
from patients.models.allergies import Allergy, AllergyStatement
from patients.models.chart import Chart, ChartEntry, ChartQuerySet
from patients.models.documents import Document, DocumentQuerySet
from patients.models.encounters import LONGEST_SECTION, SECTIONS, Addendum, Encounter, NoteTemplate
from patients.models.people import (
    MOST_FOUND,
    OLDEST_YEARS,
    CareRelation,
    CareRelationQuerySet,
    Patient,
    PatientQuerySet,
    SearchKey,
    may_see_chart,
    mrn,
)
from patients.models.problems import Alert, Problem
from patients.models.results import LabImport, LabResult, LabTest, Sample, front_of, sample_id
from patients.models.standing import Consent, SuspectedPair
from patients.models.timeline import TimelineEntry
from patients.models.vitals import Vitals

__all__ = [
    "LONGEST_SECTION",
    "MOST_FOUND",
    "OLDEST_YEARS",
    "SECTIONS",
    "Addendum",
    "Alert",
    "Allergy",
    "AllergyStatement",
    "CareRelation",
    "CareRelationQuerySet",
    "Chart",
    "ChartEntry",
    "ChartQuerySet",
    "Consent",
    "Document",
    "DocumentQuerySet",
    "Encounter",
    "LabImport",
    "LabResult",
    "LabTest",
    "NoteTemplate",
    "Patient",
    "PatientQuerySet",
    "Problem",
    "Sample",
    "SearchKey",
    "SuspectedPair",
    "TimelineEntry",
    "Vitals",
    "front_of",
    "luhn_check_digit",
    "may_see_chart",
    "mrn",
    "sample_id",
]
