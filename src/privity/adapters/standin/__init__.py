"""A provider that answers by itself, on loopback and offline.

It speaks enough of the OpenAI and Anthropic wire formats for their SDKs and for coding agents. The
self-test and the demonstration talk to it, and so do the tests and the benchmarks; nothing it
receives leaves memory.
"""

from privity.adapters.standin.behavior import Behavior, Mode
from privity.adapters.standin.server import Seen, Standin, start

__all__ = ["Behavior", "Mode", "Seen", "Standin", "start"]
