"""Write the parts of docs/ that are made from the code: errors, settings, commands, categories.

`make docs` runs it; a test runs it too and fails when a page differs from what it would write.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import click
import typer

from privity import errors, settings
from privity.cli import COMMANDS, build
from privity.governance.checks import Part
from privity.model.words import Category, Purpose, Treatment
from tools.dashboard import dashboard, metrics_page

DOCS = Path(__file__).parents[1] / "docs"
DASHBOARD = Path(__file__).parents[1] / "deploy" / "grafana" / "privity.json"


def pages() -> dict[Path, str]:
    """Return every generated page and its text."""
    return {
        DOCS / "checks.md": checks_page(),
        DOCS / "commands.md": commands_page(),
        DOCS / "errors.md": error_page(),
        DOCS / "metrics.md": metrics_page(),
        DASHBOARD: dashboard(),
        DOCS / "settings.md": settings_page(),
        DOCS / "words.md": words_page(),
    }


def checks_page() -> str:
    """Return the table of what `privity doctor` looks at."""
    out = [
        "# Checks",
        "",
        "What `privity doctor` and the set-up page of the console look at, and which",
        "[promises](promises.md) need it. With `--production`, advice counts as a fault.",
        "",
        "| part | what is checked | promises |",
        "|---|---|---|",
    ]
    out += [f"| `{part}` | {part.sentence} | {', '.join(part.promises)} |" for part in Part]
    return "\n".join(out) + "\n"


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


def settings_page() -> str:
    """Return the table of every setting."""
    out = [
        "# Settings",
        "",
        "`settings.toml` in the home says where things are and how much is allowed at once. It",
        "holds no secret, and nothing in it can widen the policy. `PRIVITY_HOME` names the home",
        "where no `--home` is given. Whom each setting trusts: [threat model](threat-model.md).",
    ]
    tables = {f.name: f.default_factory for f in fields(settings.Settings)}
    for name, kind in {**tables, "regions.NAME": settings.RegionStore}.items():
        if not (isinstance(kind, type) and is_dataclass(kind)):
            continue
        out += ["", f"## `[{name}]`", "", (kind.__doc__ or "").strip(), ""]
        out += ["| setting | default | what |", "|---|---|---|"]
        out += [
            f"| `{f.name}` | `{json.dumps(f.default)}` | {f.metadata['doc']} |"
            for f in fields(kind)
        ]
    return "\n".join(out) + "\n"


def commands_page() -> str:
    """Return the help of every command, as `--help` prints it without colors."""
    out = [
        "# Commands",
        "",
        "Exit codes: 0 done, 1 looked and found something, 2 the call is at fault, 3 the",
        "installation is, 70 privity is. With `--json` where a machine may read it.",
    ]
    for command in COMMANDS:
        group = typer.main.get_command(build([command.name]))
        out += help_of(group, command.name, f"privity {command.name}")
    return "\n".join(out) + "\n"


def help_of(group: click.Command, name: str, path: str) -> Iterator[str]:
    """Yield the help of a command and of those below it."""
    command = group.commands[name] if hasattr(group, "commands") else group
    context = command.make_context(path, [], resilient_parsing=True, terminal_width=96)
    yield from ("", f"## `{path}`", "", "```text", command.get_help(context).rstrip(), "```")
    for below in getattr(command, "commands", {}):
        yield from help_of(command, below, f"{path} {below}")


def main() -> None:
    """Write all pages."""
    for path, text in pages().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
