"""Patients, who treats whom, and what stands in a chart."""

from patients.models.allergies import Allergy, AllergyStatement
from patients.models.chart import Chart, ChartEntry, ChartQuerySet
from patients.models.documents import Document, DocumentQuerySet
from patients.models.encounters import Addendum, Encounter, NoteTemplate
from patients.models.people import (
    MOST_FOUND,
    OLDEST_YEARS,
    CareRelation,
    CareRelationQuerySet,
    Patient,
    PatientQuerySet,
    SearchKey,
    luhn_check_digit,
    may_see_chart,
    mrn,
)
from patients.models.problems import Alert, Problem
from patients.models.results import LabImport, LabResult, LabTest
from patients.models.standing import Consent, SuspectedPair
from patients.models.timeline import TimelineEntry
from patients.models.vitals import Vitals

__all__ = [
    "MOST_FOUND",
    "OLDEST_YEARS",
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
    "SearchKey",
    "SuspectedPair",
    "TimelineEntry",
    "Vitals",
    "luhn_check_digit",
    "may_see_chart",
    "mrn",
]
