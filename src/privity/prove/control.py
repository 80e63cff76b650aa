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
    wanted = [(c, form) for c in canaries for form in {n.form for n in needles(c.value)}]
    lost = set()
    path = folder / "control"
    for alignment in range(ALIGNMENTS):
        values = (write(form, canary.value, alignment) for canary, form in wanted)
        path.write_bytes(b"".join(b"\x00\xffa=" + value + b"\n\xfe" for value in values))
        hits = search.group("control", [Source("control", path.name, path)]).hits
        found = {(hit.kind, hit.planted, hit.form) for hit in hits}
        lost |= {(c.kind, form) for c, form in wanted if (c.kind, c.place, form) not in found}
        path.unlink()
    return tuple(sorted(lost, key=lambda each: (each[0], each[1].value)))
