"""Addresses of billing: at the desk, of one invoice, and in a patient's record."""

from django.urls import path

from billing.views import (
    accounts,
    bills,
    changing,
    charging,
    desk,
    drafting,
    papers,
    payers,
    paying,
    prices,
    refunding,
    tills,
)

OF_PATIENT = "patients/<uuid:pk>/bills/"

app_name = "billing"
PAPERS = [
    path("billing/invoices.csv", papers.list_file, name="list_file"),
    path("billing/ageing.csv", papers.ageing_file, name="ageing_file"),
    path("billing/tills.csv", tills.tills_file, name="tills_file"),
    path("billing/tills/<uuid:pk>/close.pdf", tills.paper_of_till, name="till_paper"),
    path("billing/tills/<uuid:pk>/close.svg", tills.preview_of_till, name="till_preview"),
    path("billing/payers.csv", papers.payers_file, name="payers_file"),
    path("billing/payers/<uuid:pk>/invoices.csv", papers.payer_file, name="payer_file"),
    path("billing/<uuid:pk>/invoice.pdf", papers.paper_of_invoice, name="invoice_paper"),
    path("billing/<uuid:pk>/invoice.svg", papers.preview_of_invoice, name="invoice_preview"),
    path("billing/receipts/<uuid:pk>/receipt.pdf", papers.paper_of_receipt, name="receipt_paper"),
    path("billing/receipts/<uuid:pk>/receipt.svg", papers.preview_of_receipt, name="receipt_preview"),
    path(
        "billing/credit-notes/<uuid:pk>/credit-note.svg",
        papers.preview_of_credit_note,
        name="credit_note_preview",
    ),
    path(
        "billing/credit-notes/<uuid:pk>/credit-note.pdf",
        papers.paper_of_credit_note,
        name="credit_note_paper",
    ),
    path(f"{OF_PATIENT}statement.pdf", papers.paper_of_account, name="statement_paper"),
]
DESK = [
    path("billing/desk/", desk.glance, name="desk"),
    path("billing/unbilled/", desk.unbilled, name="unbilled"),
    path("billing/refunds/", desk.refunds, name="refunds"),
    path("billing/ageing/", desk.ageing, name="ageing"),
    path("billing/payers/", payers.payer_list, name="payers"),
    path("billing/payers/add/", payers.add_payer, name="add_payer"),
    path("billing/payers/<uuid:pk>/", payers.payer, name="payer"),
    path("billing/payers/<uuid:pk>/edit/", payers.edit_payer, name="edit_payer"),
    path("billing/payers/<uuid:pk>/deactivate/", payers.deactivate_payer, name="deactivate_payer"),
    path("billing/payers/<uuid:pk>/reactivate/", payers.reactivate_payer, name="reactivate_payer"),
    path("billing/policies/<uuid:pk>/end/", payers.end_policy, name="end_policy"),
    path("billing/tills/", tills.till_list, name="tills"),
    path("billing/tills/open/", tills.open_till, name="open_till"),
    path("billing/tills/<uuid:pk>/", tills.till, name="till"),
    path("billing/tills/<uuid:pk>/close/", tills.close_till, name="close_till"),
    path("billing/prices/", prices.price_list, name="price_list"),
    path("billing/prices/<uuid:pk>/", prices.service, name="service"),
    path("billing/prices/<uuid:pk>/set/", prices.set_price, name="set_price"),
]
BILLS = [
    path("billing/", bills.bill_list, name="list"),
    path("billing/<uuid:pk>/", bills.detail, name="detail"),
    path("billing/<uuid:pk>/edit/", drafting.edit, name="edit"),
    path("billing/<uuid:pk>/issue/", changing.issue, name="issue"),
    path("billing/<uuid:pk>/void/", changing.void, name="void"),
    path("billing/<uuid:pk>/credit/", changing.credit, name="credit"),
    path("billing/<uuid:pk>/pass/", changing.pass_on, name="pass_on"),
    path("billing/<uuid:pk>/pay/", paying.pay, name="pay"),
    path("billing/<uuid:pk>/pay/sums/", paying.sums, name="pay_sums"),
    path("billing/receipts/<uuid:pk>/", paying.receipt, name="receipt"),
    path("billing/payments/<uuid:pk>/refund/", refunding.request_back, name="refund"),
    path("billing/refunds/<uuid:pk>/approve/", refunding.approve, name="approve_refund"),
    path("billing/refunds/<uuid:pk>/decline/", refunding.decline, name="decline_refund"),
    path("billing/refunds/<uuid:pk>/pay/", refunding.pay_out, name="pay_refund"),
    path("billing/charges/<uuid:pk>/waive/", charging.waive, name="waive"),
]
PATIENTS = [
    path(OF_PATIENT, accounts.of_patient, name="of_patient"),
    path(f"{OF_PATIENT}history/", accounts.history, name="history"),
    path(f"{OF_PATIENT}charges/add/", charging.add_charge, name="add_charge"),
    path(f"{OF_PATIENT}draft/", drafting.draft, name="draft"),
    path(f"{OF_PATIENT}sums/", drafting.sums, name="sums"),
    path(f"{OF_PATIENT}deposit/", paying.deposit, name="deposit"),
    path(f"{OF_PATIENT}statement/", accounts.statement, name="statement"),
    path(f"{OF_PATIENT}policies/add/", payers.add_policy, name="add_policy"),
    path(f"{OF_PATIENT}policies/", payers.policies, name="policies"),
]
urlpatterns = [*DESK, *BILLS, *PAPERS, *PATIENTS]
