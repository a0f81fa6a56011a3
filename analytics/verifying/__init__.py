"""The long proofs of the night: of the ledger and of the audit, a part at a time."""

from analytics.verifying.running import begin_all as begin_all
from analytics.verifying.running import go_on as go_on
