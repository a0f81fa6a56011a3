"""What is printed of money: invoices, credit notes, receipts, the account of a patient, the close of a till."""

from billing.papers.invoices import credit_note_paper, credit_note_preview, invoice_paper, invoice_preview
from billing.papers.receipts import receipt_paper, receipt_preview, statement_paper, statement_says
from billing.papers.tills import till_paper, till_preview

__all__ = [
    "credit_note_paper",
    "credit_note_preview",
    "invoice_paper",
    "invoice_preview",
    "receipt_paper",
    "receipt_preview",
    "statement_paper",
    "statement_says",
    "till_paper",
    "till_preview",
]
