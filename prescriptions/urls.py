"""Addresses of prescriptions: in a patient's record, at the pharmacy, and for those who verify one."""

from django.urls import path

from prescriptions.views import dispensing, life, papers, reading, signing, stock, writing

OF_PATIENT = "patients/<uuid:pk>/prescriptions/"
ENTRY = f"{OF_PATIENT}<uuid:entry_pk>/"

app_name = "prescriptions"
WRITING = [
    path(OF_PATIENT, reading.prescription_list, name="list"),
    path(f"{OF_PATIENT}write/", writing.begin, name="begin"),
    path(f"{OF_PATIENT}check/", writing.check, name="check"),
    path(f"{OF_PATIENT}medicines/", writing.medicines, name="medicines"),
    path(ENTRY, reading.prescription, name="detail"),
    path(f"{ENTRY}write/", writing.write, name="write"),
    path(f"{ENTRY}discard/", writing.discard, name="discard"),
    path(f"{ENTRY}restore/", writing.restore, name="restore"),
]
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
PAPERS = [
    path(f"{ENTRY}prescription.pdf", papers.paper, name="paper"),
    path("prescriptions/verify/", papers.verify, name="verify"),
    path("prescriptions/verify/<str:code>/<str:signs>/", papers.verify_paper, name="verify_paper"),
]
urlpatterns = [*WRITING, *SIGNING, *PHARMACY, *PAPERS]
