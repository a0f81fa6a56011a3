"""Addresses of prescriptions: in a patient's record, at the pharmacy, and for those who verify one."""

from django.urls import path

from prescriptions.views import dispensing, stock

app_name = "prescriptions"

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
urlpatterns = [*PHARMACY]
