"""Where things are and how much is allowed at once. Settings say nothing about people's data.

Invariants: loading is strict (an unknown key, a wrong type or a value out of range is an error, and
all errors are told at once); no secret stands in a setting, only the place of one; a setting cannot
widen the policy, because nothing the policy decides can be set here. Each setting is documented
once, beside its field. The one thing taken from the environment is `PRIVITY_HOME`.
"""

from privity.settings.declare import Value
from privity.settings.home import LOOPBACK, Settings
from privity.settings.read import FILE, load, parse
from privity.settings.tables import ECHO, ROOT, Keys, RegionStore
from privity.settings.written import describe, write

__all__ = [
    "ECHO",
    "FILE",
    "LOOPBACK",
    "ROOT",
    "Keys",
    "RegionStore",
    "Settings",
    "Value",
    "describe",
    "load",
    "parse",
    "write",
]
