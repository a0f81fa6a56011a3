"""Whether the ledger explains every amount: all at once for a command, a part at a time for the night."""

from billing.proving.parts import next_part as next_part
from billing.proving.rules import Unexplained as Unexplained
from billing.proving.whole import Proof as Proof
from billing.proving.whole import prove as prove
