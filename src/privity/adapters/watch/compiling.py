"""Makes rules into questions in a process of its own, which then ends.

Invariant: the compiler of Sigma (some 20 MB) is never loaded by a process that serves.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from privity.errors import PrivityError, WatchRulesInvalid
from privity.oversight.rule import Counting, Example, Level, Rule

FOLDER = "watch"
"""The folder of a home that holds its own rules."""
_SECONDS = 60.0
MISSING = "what reads rules is not installed; install privity[watch]"


def is_installed() -> bool:
    """Say whether there is what reads rules."""
    return find_spec("sigma") is not None and find_spec("yaml") is not None


def rules_of(home: Path) -> tuple[Rule, ...]:
    """Return the rules of the package and of a home, ready to be asked. Raises WatchRulesInvalid.

    A rule of a home takes the place of the package's with its name.
    """
    if not is_installed():
        raise WatchRulesInvalid(MISSING)
    texts = {**shipped(), **own(home)}
    try:
        ran = subprocess.run(  # noqa: S603 - this very program
            [sys.executable, "-m", __name__],
            input=orjson.dumps(texts),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
        )
        answer = orjson.loads(ran.stdout)
    except (OSError, subprocess.SubprocessError, orjson.JSONDecodeError) as error:
        message = f"the rules could not be read: {type(error).__name__}"
        raise WatchRulesInvalid(message) from error
    if "wrong" in answer:
        raise WatchRulesInvalid(answer["wrong"])
    return tuple(_rule(each) for each in answer["rules"])


def shipped() -> Mapping[str, str]:
    """Return the text of each rule of the package, by name."""
    folder = files("privity.oversight").joinpath("rules")
    found = sorted(each.name for each in folder.iterdir() if each.name.endswith(".yml"))
    return {name.removesuffix(".yml"): folder.joinpath(name).read_text("utf-8") for name in found}


def own(home: Path) -> Mapping[str, str]:
    """Return the text of each rule of a home, by name. Raises WatchRulesInvalid."""
    try:
        found = sorted((home / FOLDER).glob("*.yml"))
        return {file.stem: file.read_text("utf-8") for file in found}
    except (OSError, UnicodeDecodeError) as error:
        message = f"the rules in {FOLDER} cannot be read: {type(error).__name__}"
        raise WatchRulesInvalid(message) from error


def compile_all(texts: Mapping[str, str]) -> tuple[Rule, ...]:
    """Return the rules of these texts, each of which answers its examples. Raises the like."""
    from privity.adapters.watch.window import holds  # noqa: PLC0415
    from privity.oversight.sigma import compiled  # noqa: PLC0415 - in the process of its own

    rules = tuple(compiled(name, text) for name, text in texts.items())
    for rule in rules:
        answers = {example.alert for example in rule.examples}
        if answers != {True, False} or not all(holds(rule, each) for each in rule.examples):
            message = f"the rule {rule.name} needs an example of each kind, and one is not so"
            raise WatchRulesInvalid(message)
    if len({rule.id for rule in rules}) < len(rules):
        message = "two rules have one id"
        raise WatchRulesInvalid(message)
    return rules


def _rule(said: Mapping[str, Any]) -> Rule:
    counting = said["counting"]
    return Rule(
        id=said["id"],
        name=said["name"],
        title=said["title"],
        description=said["description"],
        level=Level(said["level"]),
        quiet=said["quiet"],
        false_positives=tuple(said["false_positives"]),
        tags=tuple(said["tags"]),
        question=said["question"],
        bases=tuple(said["bases"]),
        counting=counting and Counting(**{**counting, "by": tuple(counting["by"])}),
        examples=tuple(_example(each) for each in said["examples"]),
    )


def _example(said: Mapping[str, Any]) -> Example:
    rows = tuple(tuple((key, value) for key, value in row) for row in said["rows"])
    return Example(said["alert"], rows, said["times"], said["each"])


def _main() -> None:
    texts = orjson.loads(sys.stdin.buffer.read())
    try:
        answer: dict[str, Any] = {"rules": [asdict(rule) for rule in compile_all(texts)]}
    except PrivityError as error:
        answer = {"wrong": error.detail}
    sys.stdout.buffer.write(orjson.dumps(answer))


if __name__ == "__main__":
    _main()
