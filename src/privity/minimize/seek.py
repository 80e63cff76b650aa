"""Look for marks of our own in what came, also where treatment takes them away.

Invariant: what comes back are marks that the finder made itself, never text of a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from privity.model.reveal import reveal
from privity.model.text import Leaf


def seek(leaves: Sequence[Leaf], find: Callable[[bytes], tuple[str, ...]]) -> tuple[str, ...]:
    """Return what a finder of marks finds in the strings of a body."""
    whole = "\n".join(reveal(leaf.raw) for leaf in leaves)
    return find(whole.encode("utf-8", "surrogatepass"))
