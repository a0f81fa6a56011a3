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
from prescriptions.services.dispensing import Item, dispense_prescription, return_dispensing, why_not
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
    "add_product",
    "add_substance",
    "begin_prescription",
    "count_stock",
    "discard_prescription",
    "dispense_prescription",
    "edit_product",
    "edit_substance",
    "import_products",
    "import_substances",
    "keep_favourite",
    "load_starter_set",
    "receive_stock",
    "remove_favourite",
    "restore_prescription",
    "return_dispensing",
    "set_reorder_level",
    "why_not",
    "write_prescription",
]
