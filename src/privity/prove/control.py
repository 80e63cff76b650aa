"""The negative control: before a clean search is believed, the search must find what is there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from privity.prove.canaries import Canary
from privity.prove.forms import Form, needles, write
from privity.prove.search import Search, Source

ALIGNMENTS = 3


def missed(
    search: Search, canaries: Iterable[Canary], folder: Path
) -> tuple[tuple[str, Form], ...]:
    """Write each canary in each form into scratch files; return what the search did not find.

    The bytes before a value take every alignment, and foreign bytes stand around it.
    """
    lost = []
    for canary in canaries:
        for form in dict.fromkeys(needle.form for needle in needles(canary.value)):
            for alignment in range(ALIGNMENTS):
                path = folder / "control"
                path.write_bytes(b"\x00\xffa=" + write(form, canary.value, alignment) + b"\n\xfe")
                hits = search.group("control", [Source("control", path.name, path)]).hits
                if (canary.kind, form) not in {(hit.kind, hit.form) for hit in hits}:
                    lost.append((canary.kind, form))
                path.unlink()
    return tuple(lost)
