"""What can be done with medicines and prescriptions, verb by verb."""

from prescriptions.services.answering import Override, must_be_answered
from prescriptions.services.catalogue import (
    KEEP,
    Imported,
    add_product,
    add_substance,
    edit_product,
    edit_substance,
    import_products,
    import_substances,
    load_starter_set,
)
from prescriptions.services.life import (
    expire_prescriptions,
    renew_prescription,
    stop_at_death,
    stop_prescription,
)
from prescriptions.services.prescribers import licensed
from prescriptions.services.signing import (
    countersign_prescription,
    decline_prescription,
    obstacles,
    sign_prescription,
)
from prescriptions.services.writing import (
    begin_prescription,
    discard_prescription,
    keep_favourite,
    remove_favourite,
    restore_prescription,
    write_prescription,
)

__all__ = [
    "KEEP",
    "Imported",
    "Override",
    "add_product",
    "add_substance",
    "begin_prescription",
    "countersign_prescription",
    "decline_prescription",
    "discard_prescription",
    "edit_product",
    "edit_substance",
    "expire_prescriptions",
    "import_products",
    "import_substances",
    "keep_favourite",
    "licensed",
    "load_starter_set",
    "must_be_answered",
    "obstacles",
    "remove_favourite",
    "renew_prescription",
    "restore_prescription",
    "sign_prescription",
    "stop_at_death",
    "stop_prescription",
    "write_prescription",
]
