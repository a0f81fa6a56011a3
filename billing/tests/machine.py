"""A cashier who does anything in any order, and a second bookkeeper in plain integers who says what must come of it."""

from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, ClassVar
from uuid import uuid4

from django.core.exceptions import ValidationError
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from accounts.models import Site, User
from accounts.once import Once, fingerprint
from billing.models import Account, Invoice, InvoiceLine, LedgerEntry, Policy
from billing.services import (
    Discount,
    Item,
    Part,
    apply_deposit,
    approve_refund,
    credit_invoice,
    decline_refund,
    deposit_of,
    discount_invoice,
    draft_invoice,
    issue_invoice,
    pass_to_patient,
    pay_invoice,
    pay_refund,
    record_deposit,
    request_refund,
    void_invoice,
)
from billing.tests.books import RATES, Book, half_even, total_of
from billing.tests.make import make_policy
from hospital.errors import Refusal
from hospital.money import exact_minor, from_minor
from patients.models import Patient

WAYS = ("cash", "card", "bank_transfer", "mobile", "deposit", "insurance")
MOST_BOOKS = 5
AMOUNTS = ("total_amount", "paid_amount", "credited_amount", "patient_due_amount", "insurer_due_amount")
LIMIT = 5000  # minor units: refunds above it need a second person

which = st.integers(0, 7)
permille = st.integers(40, 1080)
lines = st.lists(
    st.tuples(
        st.integers(1, 9),  # tenths of a piece
        st.integers(0, 30_000),  # minor units
        st.sampled_from(sorted(RATES)),
        st.integers(0, 100),  # per cent off the line
    ),
    min_size=1,
    max_size=4,
)


class Cashier(RuleBasedStateMachine):
    """Each rule does one thing through a service, checks what came of it, and compares the invoice with its book."""

    site: ClassVar[Site]
    by: ClassVar[User]
    second: ClassVar[User]
    inclusive: ClassVar[bool] = True
    steps: ClassVar[int] = 0
    done: ClassVar[Counter[str]] = Counter()

    @initialize(
        percent=st.integers(0, 100),
        co_payment=st.integers(0, 900),
        limit=st.integers(0, 90_000),
        bills=st.lists(lines, min_size=2, max_size=2),
    )
    def begin(self, percent: int, co_payment: int, limit: int, bills: Any) -> None:
        self.books: list[Book] = []
        self.last: Any = None  # what is sent again
        self.on_account = self.used = 0
        self.patient = Patient(given_name="Ann", family_name="Archer", sex="female", site=self.site)
        self.patient.birth_date, self.patient.mrn = date(1980, 1, 1), uuid4().hex[:20]
        self.patient.save(force_insert=True)
        self.policy: Policy = make_policy(
            self.patient,
            percent,
            co_payment_amount=from_minor(co_payment),
            limit_amount=from_minor(limit) if limit % 2 else None,
        )
        self.terms = percent, co_payment, limit if limit % 2 else None
        self.draft_one(bills[0], 0, insured=True)
        self.draft_one(bills[1], 0, insured=False)

    def any_of(self, what: str) -> bool:
        """Whether some open invoice has payments or refunds."""
        return any(one.is_live and getattr(one, what) for one in self.books)

    def owing_payers(self) -> bool:
        return any(one.is_live and one.due("insurer") > 0 for one in self.books)

    # ── Words ───────────────────────────────────────────────────────────────

    def do(self, word: str, expected: bool, act: Any) -> Any:
        """Do it; it must be done or refused as the book says."""
        type(self).steps += 1
        refusal: Exception | None = None
        try:
            answer = act()
        except (Refusal, ValidationError) as error:
            answer, refusal = None, error
        assert (refusal is None) == expected, f"{word}: {refusal or 'should have been refused'}"
        self.done[f"{word} refused" if refusal else word] += 1
        self.was_refused = refusal is not None
        return answer

    def pick(self, number: int, *, live: bool = True, having: str = "") -> Book | None:
        there = [one for one in self.books if one.is_live or not live]
        there = [one for one in there if not having or getattr(one, having)]
        return there[number % len(there)] if there else None

    def agree(self, book: Book) -> None:
        """What was done left row and book the same; what was refused is compared when the day ends."""
        if not self.was_refused:
            self.compare(book)

    def compare(self, book: Book) -> None:
        """The row, its ledger and the book say the same, to the minor unit."""
        amounts = Invoice.objects.values_list(*AMOUNTS).get(pk=book.row.pk)
        row = dict(zip(AMOUNTS, map(exact_minor, amounts), strict=True))
        paid, credited = sum(book.paid.values()), sum(book.credited.values())
        assert (row["paid_amount"], row["credited_amount"]) == (paid, credited)
        assert 0 <= paid <= book.total == row["total_amount"]
        due: Counter[str] = Counter()
        booked = LedgerEntry.objects.filter(invoice_id=book.row.pk)
        for debit, credit, amount in booked.values_list("debit", "credit", "amount"):
            due[debit] += exact_minor(amount)
            due[credit] -= exact_minor(amount)
        by_book = (book.due("patient"), book.due("insurer")) if book.is_live else (0, 0)
        by_row = (row["patient_due_amount"], row["insurer_due_amount"])
        assert by_book == by_row == (due[Account.FROM_PATIENTS], due[Account.FROM_PAYERS])

    # ── Rules ───────────────────────────────────────────────────────────────

    @precondition(lambda self: sum(one.status != "void" for one in self.books) < MOST_BOOKS)
    @rule(asked=lines, percent=st.integers(0, 100), insured=st.booleans())
    def draft(self, asked: Any, percent: int, insured: bool) -> None:
        self.draft_one(asked, percent, insured=insured)

    def draft_one(self, asked: Any, percent: int, *, insured: bool) -> None:
        items = [
            Item(
                description="Line",
                quantity=Decimal(tenths) / 10,
                unit_amount=from_minor(unit),
                tax_class=tax,
                discount=Discount(Decimal(off), because="Hardship"),
            )
            for tenths, unit, tax, off in asked
        ]
        discount = Discount(Decimal(percent), because="Friend")
        policy = self.policy if insured else None
        invoice = self.do(
            "draft",
            True,
            lambda: draft_invoice(self.patient, items=items, discount=discount, policy=policy, by=self.by),
        )
        book = Book(invoice, total_of(asked, percent, inclusive=self.inclusive))
        self.books.append(book)
        totals = InvoiceLine.objects.filter(invoice_id=book.row.pk).values_list("total_amount", flat=True)
        assert sum(exact_minor(one) for one in totals) == book.total
        self.agree(book)
        self.issue_one(book, insured)

    def issue_one(self, book: Book, insured: bool) -> None:
        """Most drafts are issued at once: most rules need an issued invoice."""
        if book.total % 7 == 0:
            return
        row = book.row
        self.do("issue", True, lambda: issue_invoice(row, by=self.by))
        if insured:
            percent, co_payment, limit = self.terms
            share = half_even(Fraction(max(0, book.total - co_payment) * percent, 100))
            book.insurer = share if limit is None else max(0, min(share, limit - self.used))
            self.used += book.insurer
        book.status = "live"
        self.agree(book)

    @precondition(lambda self: any(one.status == "draft" for one in self.books))
    @rule(at=which, percent=st.integers(0, 100))
    def discount(self, at: int, percent: int) -> None:
        book = self.pick(at, live=False)
        if book is None:
            return
        row, is_draft = book.row, book.status == "draft"
        discount = Discount(Decimal(percent), because="Later")
        changed = self.do("discount", is_draft, lambda: discount_invoice(row, discount=discount, by=self.by))
        if changed is not None:
            book.total = exact_minor(changed.total_amount)
        self.agree(book)

    @rule(at=which, ways=st.lists(st.tuples(st.sampled_from(WAYS), permille), min_size=1, max_size=3))
    def pay(self, at: int, ways: Any) -> None:
        book = self.pick(at, live=bool(at % 8))
        if book is None:
            return
        parts, sums = [], Counter[str]()
        for way, thousandth in ways:
            who = "insurer" if way == "insurance" else "patient"
            amount = max(0, book.due(who)) * thousandth // 1000 // len(ways)
            sums[who] += amount
            sums["deposit"] += amount if way == "deposit" else 0
            parts.append(Part(way, from_minor(amount)))
        expected = book.is_live and all(part.amount for part in parts)
        expected = expected and sums["deposit"] <= self.on_account
        expected = expected and all(sums[who] <= max(0, book.due(who)) for who in ("patient", "insurer"))
        row = book.row
        key = Once(uuid4().hex, fingerprint("x"))
        receipt = self.do("pay", expected, lambda: pay_invoice(row, parts=parts, once=key, by=self.by))
        if receipt is not None:
            for who in ("patient", "insurer"):
                book.paid[who] += sums[who]
            self.on_account -= sums["deposit"]
            for one in receipt.payments.order_by("id"):
                book.payments.append([one, one.method, exact_minor(one.amount), 0])
            self.last = (row, parts, key.key, receipt.pk)
        self.agree(book)

    @precondition(lambda self: self.last is not None)
    @rule()
    def retry(self) -> None:
        """The same payment is sent again: the same receipt, and nothing moves."""
        if self.last is None:
            return
        row, parts, key, receipt = self.last
        again = Once(key, fingerprint("x"))
        answer = self.do("retry", True, lambda: pay_invoice(row, parts=parts, once=again, by=self.by))
        assert (answer.pk, again.replayed) == (receipt, True)
        self.agree(next(one for one in self.books if one.row.pk == row.pk))

    @rule(amount=st.integers(1, 9_000), way=st.sampled_from((*WAYS, *WAYS[:4], *WAYS[:4])))
    def deposit(self, amount: int, way: str) -> None:
        expected = amount > 0 and way not in {"deposit", "insurance"}
        parts = [Part(way, from_minor(amount))]
        if self.do("deposit", expected, lambda: record_deposit(self.patient, parts=parts, by=self.by)):
            self.on_account += amount
        assert exact_minor(deposit_of(self.patient.pk).amount) == self.on_account

    @precondition(lambda self: self.on_account)
    @rule(at=which)
    def use_deposit(self, at: int) -> None:
        book = self.pick(at)
        if book is None:
            return
        amount = min(self.on_account, book.due("patient"))
        row = book.row
        receipt = self.do("use deposit", amount > 0, lambda: apply_deposit(row, by=self.by))
        if receipt is not None:
            book.paid["patient"] += amount
            self.on_account -= amount
            book.payments.append([receipt.payments.get(), "deposit", amount, 0])
        self.agree(book)

    @precondition(lambda self: self.any_of("payments"))
    @rule(at=which, of=which, thousandth=permille)
    def ask_back(self, at: int, of: int, thousandth: int) -> None:
        book = self.pick(at, having="payments")
        if book is None:
            return
        payment = book.payments[of % len(book.payments)]
        left = payment[2] - payment[3]
        amount = left * thousandth // 1000
        row = payment[0]
        refund = self.do(
            "ask back",
            0 < amount <= left,
            lambda: request_refund(row, amount=from_minor(amount), reason="Wrong", by=self.by),
        )
        if refund is not None:
            counting = sum(one[2] for one in book.refunds if one[3] != "declined") + amount
            assert refund.needs_approval == (counting > LIMIT)
            payment[3] += amount
            book.refunds.append([refund, payment, amount, "asked" if refund.needs_approval else "approved"])
        self.agree(book)

    @precondition(lambda self: self.any_of("refunds"))
    @rule(at=which, of=which, own=st.booleans(), declines=st.integers(0, 3))
    def decide(self, at: int, of: int, own: bool, declines: int) -> None:
        book = self.pick(at, having="refunds")
        if book is None:
            return
        refund = book.refunds[of % len(book.refunds)]
        if declines == 0:
            open_ = refund[3] in {"asked", "approved"}
            if self.do("decline", open_, lambda: decline_refund(refund[0], reason="No", by=self.second)):
                refund[3] = "declined"
                refund[1][3] -= refund[2]
        else:
            expected = refund[3] == "asked" and not own
            by = self.by if own else self.second
            if self.do("approve", expected, lambda: approve_refund(refund[0], by=by)):
                refund[3] = "approved"
        self.agree(book)

    @precondition(lambda self: self.any_of("refunds"))
    @rule(at=which, of=which)
    def pay_back(self, at: int, of: int) -> None:
        book = self.pick(at, having="refunds")
        if book is None:
            return
        refund = book.refunds[of % len(book.refunds)]
        if self.do("pay back", refund[3] == "approved", lambda: pay_refund(refund[0], by=self.by)):
            refund[3] = "paid"
            book.paid["insurer" if refund[1][1] == "insurance" else "patient"] -= refund[2]
            self.on_account += refund[2] if refund[1][1] == "deposit" else 0
        self.agree(book)

    @rule(at=which, of=which, thousandth=permille)
    def credit(self, at: int, of: int, thousandth: int) -> None:
        book = self.pick(at, live=bool(at % 8))
        if book is None:
            return
        rows = list(InvoiceLine.objects.filter(invoice_id=book.row.pk).in_order())
        line = rows[of % len(rows)]
        left = exact_minor(line.total_amount - line.credited_amount)
        amount = left * thousandth // 1000
        row, parts = book.row, {line.pk: from_minor(amount)}
        expected = book.is_live and 0 < amount <= left
        note = self.do(
            "credit", expected, lambda: credit_invoice(row, parts=parts, reason="Wrong", by=self.second)
        )
        if note is not None:
            assert exact_minor(note.total_amount) == amount
            book.credited["patient"] += exact_minor(note.patient_amount)
            book.credited["insurer"] += exact_minor(note.insurer_amount)
            self.used -= exact_minor(note.insurer_amount)
        self.agree(book)

    @precondition(lambda self: self.owing_payers())
    @rule(at=which, thousandth=permille)
    def pass_on(self, at: int, thousandth: int) -> None:
        book = self.pick(at)
        if book is None:
            return
        due = book.due("insurer")
        amount = max(0, due) * thousandth // 1000
        row = book.row
        passed = self.do(
            "pass on",
            0 < amount <= due,
            lambda: pass_to_patient(row, amount=from_minor(amount), reason="Declined", by=self.by),
        )
        if passed is not None:
            book.passed += amount
            self.used -= amount
        self.agree(book)

    @rule(at=which, rare=st.integers(0, 3))
    def void(self, at: int, rare: int) -> None:
        book = self.pick(at, live=bool(at % 4))
        if book is None or rare:
            return
        expected = book.status == "draft" or (book.is_live and not sum(book.paid.values()))
        row = book.row
        if self.do("void", expected, lambda: void_invoice(row, reason="Wrong patient", by=self.by)):
            if book.is_live:
                self.used -= book.share("insurer")
                left = book.share("patient"), book.share("insurer")
                book.credited["patient"] += left[0]
                book.credited["insurer"] += left[1]
            book.status = "void"
        self.agree(book)

    def teardown(self) -> None:
        """At the end of each example, what every book together says."""
        for book in self.books:
            self.compare(book)
        if self.books:
            assert exact_minor(Policy.objects.get(pk=self.policy.pk).used_amount) == self.used
            assert exact_minor(deposit_of(self.patient.pk).amount) == self.on_account
