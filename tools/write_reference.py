"""Write the parts of docs/ that are made from the code: errors, settings, commands, categories.

`make docs` runs it; a test runs it too and fails when a page differs from what it would write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from privity import errors
from privity.model.words import Category, Purpose, Treatment

DOCS = Path(__file__).parents[1] / "docs"


def pages() -> dict[Path, str]:
    """Return every generated page and its text."""
    return {
        DOCS / "errors.md": error_page(),
        DOCS / "words.md": words_page(),
    }


def subclasses(cls: type[errors.PrivityError]) -> Iterator[type[errors.PrivityError]]:
    """Yield the errors below a group, in the order in which they are written."""
    for sub in cls.__subclasses__():
        yield sub
        yield from subclasses(sub)


def error_page() -> str:
    """Return the table of every error, grouped by who must act."""
    groups = (
        ("The caller must act", errors.CallerError),
        ("The operator must act", errors.OperatorError),
        ("We must act", errors.PrivityError),
    )
    out = [
        "# Errors",
        "",
        "Every error has a stable code. Over HTTP it comes in the shape that the client library of",
        "the endpoint expects, with the code inside; on the command line with what to do next.",
    ]
    for heading, group in groups:
        members = [group] if group is errors.PrivityError else [group, *subclasses(group)]
        if group is errors.PrivityError:
            members += [e for e in group.__subclasses__() if not e.__subclasses__()]
        out += [
            "",
            f"## {heading}",
            "",
            "| code | status | what | what to do |",
            "|---|---|---|---|",
        ]
        out += [
            f"| `{e.code}` | {e.status} | {first_line(e)} | {e.remedy} |"
            for e in sorted(set(members), key=lambda e: e.code)
        ]
    return "\n".join(out) + "\n"


def first_line(cls: type) -> str:
    """Return the first line of a docstring, with pipes escaped."""
    return re.sub(r"\s+", " ", (cls.__doc__ or "").split("\n\n")[0]).replace("|", r"\|").strip()


def words_page() -> str:
    """Return the closed lists: categories, treatments, purposes."""
    out = [
        "# Categories, treatments, purposes",
        "",
        "The closed lists that policies, findings, metrics and the log share.",
        "",
        "| category | in a token | what it is |",
        "|---|---|---|",
        *(f"| `{c.value}` | `{c.kind}` | {c.words} |" for c in Category),
        "",
        "Treatments: " + ", ".join(f"`{t.value}`" for t in Treatment) + ".",
        "",
        "Purposes: " + ", ".join(f"`{p.value}`" for p in Purpose) + ".",
    ]
    return "\n".join(out) + "\n"


def main() -> None:
    """Write all pages."""
    for path, text in pages().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
