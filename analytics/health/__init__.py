"""How the parts of the system are doing. An app above puts its own parts in: `register(Check(...))` in ready()."""

from analytics.health.register import Check as Check
from analytics.health.register import Reading as Reading
from analytics.health.register import register as register
from analytics.models import State as State
