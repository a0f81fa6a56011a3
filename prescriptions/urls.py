"""Addresses of prescriptions: in a patient's record, at the pharmacy, and for those who verify one."""

from django.urls import path

from prescriptions.views import dispensing, life, signing, stock

ENTRY = "patients/<uuid:pk>/prescriptions/<uuid:entry_pk>/"

app_name = "prescriptions"
SIGNING = [
    path("prescriptions/to-sign/", signing.to_sign, name="to_sign"),
    path(f"{ENTRY}sign/", signing.sign, name="sign"),
    path(f"{ENTRY}countersign/", signing.countersign, name="countersign"),
    path(f"{ENTRY}decline/", signing.decline, name="decline"),
    path(f"{ENTRY}stop/", life.stop, name="stop"),
    path(f"{ENTRY}renew/", life.renew, name="renew"),
]
PHARMACY = [
    path("prescriptions/queue/", dispensing.queue, name="queue"),
    path("prescriptions/<uuid:pk>/dispense/", dispensing.dispense, name="dispense"),
    path("prescriptions/dispensings/<uuid:pk>/return/", dispensing.return_dispensing, name="return"),
    path("prescriptions/stock/", stock.stock_list, name="stock"),
    path("prescriptions/stock/receive/", stock.receive, name="receive"),
    path("prescriptions/stock/<uuid:pk>/", stock.stock, name="stock_of"),
    path("prescriptions/stock/<uuid:pk>/count/", stock.count, name="count"),
    path("prescriptions/stock/<uuid:pk>/level/", stock.set_level, name="level"),
]
urlpatterns = [*SIGNING, *PHARMACY]
