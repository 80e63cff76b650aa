"""`privity scan` and `privity redact`: the same detection and treatment, for files and streams."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

from privity.adapters.detectors import FOLDER, Reading, open_detector, read_own
from privity.adapters.files import Source, read_policy_file, reading, writing
from privity.adapters.home import read_policy, read_secrets
from privity.adapters.keys.custodian import open_custodian
from privity.detect.explain import Explainer, Reason
from privity.detect.stages import Stages
from privity.errors import BadInput, NotPermitted
from privity.minimize.documents.chunk import Chunk, Sighting, Treating
from privity.minimize.documents.formats import Format, chunks, format_of
from privity.minimize.pseudonym import Pseudonyms
from privity.model.policy import Policy
from privity.model.words import Purpose, Treatment
from privity.policy.decide import Refused, Use, decide, treatments
from privity.policy.load import load as load_policy
from privity.policy.starter import starter
from privity.settings import FILE as SETTINGS
from privity.settings import load as load_settings
from privity.vault.home_secrets import derive

FOUND = 1
LONG_BYTES = 4 * 1024 * 1024
"""From this size on, progress is shown on a terminal."""

FileArgument = Annotated[
    Path | None, typer.Argument(help="A file in UTF-8; standard input if there is none, or -.")
]
FormatOption = Annotated[
    Format, typer.Option("--format", help="How to read it; auto goes by the file's ending.")
]
HomeOption = Annotated[
    Path | None,
    typer.Option("--home", envvar="PRIVITY_HOME", help="A home, for its policy and its keys."),
]
PolicyOption = Annotated[
    Path | None, typer.Option("--policy", help="A policy file, instead of a home's.")
]
DetectorsOption = Annotated[
    Path | None,
    typer.Option("--detectors", help="A folder of your own patterns, instead of a home's."),
]
PurposeOption = Annotated[
    Purpose, typer.Option("--purpose", help="Treat as the policy says for this purpose.")
]

SCAN = """List the personal data in a text: what kind, where, how sure, by which rule.

The value itself is not shown unless you ask with --show-values. Lines and columns count from 1; in
JSON a path follows, in CSV the number of the column. With --json there is one object on each line.
With --explain, each finding is followed by why it was found and what would have changed that.

Exit status: 0 nothing was found, 1 something was, 2 the text or the command is at fault, 3 the
installation is.

Examples:

  privity scan letter.txt

  git diff --cached | privity scan

  privity scan tickets.jsonl --json | jq -r .kind | sort | uniq -c
"""

REDACT = """Treat the personal data in a text as the policy says: text, JSON lines, JSON or CSV.

With --home, tokens are those of that home, the same at every run; without one, the key is random
and forgotten, so that nobody can link two runs. All else in the text stays as it was. It is read
in stretches, so it may be of any size; memory grows only with the number of different values.

The output file appears when all of it is there, readable by you alone; if anything fails, it does
not appear.

Exit status: 0 done, 2 the text or the command is at fault, 3 the installation is.

Examples:

  privity redact letter.txt -o letter.redacted.txt

  privity redact tickets.csv --policy strict.toml -o clean.csv

  cat chat.jsonl | privity redact --format jsonl > clean.jsonl
"""


def add_to(app: typer.Typer) -> None:
    """Add the commands to a program."""
    app.command("scan", help=SCAN)(scan)
    app.command("redact", help=REDACT)(redact)


def scan(
    file: FileArgument = None,
    form: FormatOption = Format.AUTO,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object for each finding.")
    ] = False,
    show_values: Annotated[
        bool, typer.Option("--show-values", help="Show what was found, in plain text.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why, and what would have changed that.")
    ] = False,
    home: HomeOption = None,
    policy: PolicyOption = None,
    detectors: DetectorsOption = None,
    purpose: PurposeOption = Purpose.ASSIST,
) -> None:
    """List the personal data in a text."""
    how = treatments(_permitting(_policy(home, policy), purpose), purpose)
    folder = _detectors(home, detectors)
    detector = open_detector(folder, _reading(home))
    explainer = Explainer(detector.patterns, read_own(folder)) if explain else None
    total = 0
    for chunk in _chunks(_given(file), form, detector):
        for sighting in chunk.sightings():
            total += 1
            treatment = how[sighting.finding.category]
            line = _as_json if as_json else _as_text
            why = explainer.reason(sighting.leaf, sighting.finding) if explainer else None
            value = sighting.value() if show_values else None
            typer.echo(line(sighting, treatment, value, why))
    if not as_json:
        typer.echo(f"{total} found" if total else "nothing found", err=True)
    if total:
        raise typer.Exit(FOUND)


def redact(
    file: FileArgument = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file; standard output if not given.")
    ] = None,
    form: FormatOption = Format.AUTO,
    home: HomeOption = None,
    policy: PolicyOption = None,
    detectors: DetectorsOption = None,
    purpose: PurposeOption = Purpose.ASSIST,
) -> None:
    """Treat the personal data in a text."""
    chosen = _permitting(_policy(home, policy), purpose)
    pseudonyms, hashes = _keys(_home(home))
    how = Treating(treatments(chosen, purpose), Pseudonyms(pseudonyms), hashes)
    found = 0
    detector = open_detector(_detectors(home, detectors), _reading(home))
    with writing(out) as output:
        for chunk in _chunks(_given(file), form, detector):
            text, tally = chunk.treated(how)
            found += sum(tally.values())
            output.write(text)
    typer.echo(f"{found} treated", err=True)


def _given(file: Path | None) -> Path | None:
    return None if file is None or str(file) == "-" else file


def _reading(home: Path | None) -> Reading:
    """Return how the home's server reads; without a home, as one does by default."""
    found = _home(home)
    return Reading(load_settings(found).detect.language) if found else Reading.FAST


def _detectors(home: Path | None, folder: Path | None) -> Path | None:
    """Return the folder of a team's own patterns: the one that was named, or the home's."""
    if folder is not None:
        if not folder.is_dir():
            msg = f"{folder} is no folder"
            raise BadInput(msg)
        return folder
    chosen = _home(home)
    return None if chosen is None else chosen / FOLDER


def _chunks(file: Path | None, form: Format, detector: Stages) -> Iterator[Chunk]:
    """Read and scan a document, with a progress bar where the work is long and someone watches."""
    chosen = format_of(file) if form is Format.AUTO else form
    with reading(file) as source, _progress(source) as bar:
        task = bar.add_task("", total=source.size)
        for chunk in chunks(source.text, chosen, detector.find):
            yield chunk
            bar.update(task, completed=source.position())


@contextmanager
def _progress(source: Source) -> Iterator[Progress]:
    watched = sys.stderr.isatty() and (source.size is None or source.size >= LONG_BYTES)
    bar = Progress(
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
        disable=not watched,
    )
    with bar:
        yield bar


def _as_text(
    sighting: Sighting, treatment: Treatment, value: str | None, why: Reason | None
) -> str:
    place, finding = sighting.place, sighting.finding
    where = f"{place.line}:{place.column}"
    path = f" {place.path}" if place.path else ""
    shown = "" if value is None else f"  {json.dumps(value, ensure_ascii=False)}"
    kind = f"{finding.category.value:<24} {finding.confidence:.2f}  {treatment.value:<12}"
    because = f"\n{'':<10} because {why.says};\n{'':<10} {why.changed}" if why else ""
    return f"{where:<10} {kind} {finding.rule}{path}{shown}{because}"


def _as_json(
    sighting: Sighting, treatment: Treatment, value: str | None, why: Reason | None
) -> str:
    place, finding = sighting.place, sighting.finding
    said: dict[str, object] = {
        "line": place.line,
        "column": place.column,
        "kind": finding.category.value,
        "confidence": round(finding.confidence, 3),
        "rule": finding.rule,
        "treatment": treatment.value,
        "length": finding.end - finding.start,
    }
    if place.path:
        said["path"] = place.path
    if value is not None:
        said["value"] = value
    if why is not None:
        said["because"] = {
            "says": why.says,
            "changed": why.changed,
            "check": why.check,
            "context": why.context,
            "without_context": why.without,
        }
    return json.dumps(said, ensure_ascii=False)


def _home(home: Path | None) -> Path | None:
    """Return the home that was named, or the one that is here, if there is one."""
    here = Path(".home")
    return here if home is None and (here / SETTINGS).is_file() else home


def _policy(home: Path | None, file: Path | None) -> Policy:
    """Return the policy: the file's, or the home's, or the one a new home starts with."""
    if file is not None:
        return read_policy_file(file)
    chosen = _home(home)
    return load_policy(starter(), "starter.toml") if chosen is None else read_policy(chosen)


def _permitting(policy: Policy, purpose: Purpose) -> Policy:
    decision = decide(policy, Use(purpose))
    if isinstance(decision, Refused):
        msg = f"the policy does not allow the purpose {purpose}: {decision.because}"
        raise NotPermitted(msg)
    return policy


def _keys(home: Path | None) -> tuple[bytes, bytes]:
    """Return the keys for pseudonyms and one-way tokens: a home's, or random ones."""
    if home is None:
        return secrets.token_bytes(32), secrets.token_bytes(32)
    settings = load_settings(home)
    held = read_secrets(home, open_custodian(settings.key_uri))
    return derive(held.pseudonyms, "redact"), derive(held.hashes, "redact")
