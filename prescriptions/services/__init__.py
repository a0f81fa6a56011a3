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

__all__ = [
    "KEEP",
    "Imported",
    "add_product",
    "add_substance",
    "edit_product",
    "edit_substance",
    "import_products",
    "import_substances",
    "load_starter_set",
]
