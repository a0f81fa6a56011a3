"""The JSON door of patients and their records."""

from patients.api.alerts import (
    AlertViewSet,
)
from patients.api.allergies import (
    AllergyViewSet,
    NoKnownAllergiesViewSet,
)
from patients.api.consents import (
    ConsentViewSet,
)
from patients.api.documents import (
    DocumentViewSet,
)
from patients.api.duplicates import (
    SuspectedPairViewSet,
)
from patients.api.notes import (
    EncounterViewSet,
)
from patients.api.people import (
    PatientViewSet,
)
from patients.api.problems import (
    CodesViewSet,
    ProblemViewSet,
)
from patients.api.results import (
    LabImportViewSet,
    LabResultViewSet,
    LabTestViewSet,
)
from patients.api.timeline import (
    TimelineViewSet,
)
from patients.api.vitals import (
    VitalsViewSet,
)

__all__ = [
    "AlertViewSet",
    "AllergyViewSet",
    "CodesViewSet",
    "ConsentViewSet",
    "DocumentViewSet",
    "EncounterViewSet",
    "LabImportViewSet",
    "LabResultViewSet",
    "LabTestViewSet",
    "NoKnownAllergiesViewSet",
    "PatientViewSet",
    "ProblemViewSet",
    "SuspectedPairViewSet",
    "TimelineViewSet",
    "VitalsViewSet",
]
