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
from prescriptions.services.dispensing import Item, dispense_prescription, return_dispensing, why_not
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
from prescriptions.services.stock import count_stock, receive_stock, set_reorder_level
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
    "Item",
    "Override",
    "add_product",
    "add_substance",
    "begin_prescription",
    "count_stock",
    "countersign_prescription",
    "decline_prescription",
    "discard_prescription",
    "dispense_prescription",
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
    "receive_stock",
    "remove_favourite",
    "renew_prescription",
    "restore_prescription",
    "return_dispensing",
    "set_reorder_level",
    "sign_prescription",
    "stop_at_death",
    "stop_prescription",
    "why_not",
    "write_prescription",
]
