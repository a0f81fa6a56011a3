"""What is printed of money: invoices, credit notes, receipts and the account of a patient."""

from billing.papers.invoices import credit_note_paper, invoice_paper, invoice_preview
from billing.papers.receipts import receipt_paper, statement_paper

__all__ = ["credit_note_paper", "invoice_paper", "invoice_preview", "receipt_paper", "statement_paper"]
