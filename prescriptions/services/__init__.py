"""What can be done with medicines and prescriptions, verb by verb."""

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
    "add_product",
    "add_substance",
    "begin_prescription",
    "discard_prescription",
    "edit_product",
    "edit_substance",
    "import_products",
    "import_substances",
    "keep_favourite",
    "load_starter_set",
    "remove_favourite",
    "restore_prescription",
    "write_prescription",
]
