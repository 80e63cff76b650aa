"""Reading settings.toml: strictly, with all errors at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_type_hints

from privity.errors import HomeMissing, SettingsInvalid
from privity.model.words import Region
from privity.settings.conflicts import conflicts
from privity.settings.declare import Value
from privity.settings.home import Settings
from privity.settings.tables import RegionStore

FILE = "settings.toml"
REGIONS = "regions"


def load(home: Path) -> Settings:
    """Read the settings of a home. Raises HomeMissing, or SettingsInvalid with every error."""
    file = home / FILE
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = f"there is no {FILE} in {home}"
        raise HomeMissing(message) from error
    except (OSError, UnicodeDecodeError) as error:
        message = f"{file} cannot be read: {type(error).__name__}"
        raise SettingsInvalid(message) from error
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"{FILE}: {error}"
        raise SettingsInvalid(message) from error
    return parse(document, home.absolute())


def parse(document: Mapping[str, object], home: Path) -> Settings:
    """Turn a TOML document into settings. Raises SettingsInvalid with every error."""
    errors: list[str] = []
    tables = {name: kind for name, kind in hints(Settings).items() if is_dataclass(kind)}
    known = {*tables, REGIONS}
    errors += [f"{name}: there is no such table" for name in document if name not in known]
    read = {name: _table(name, kind, document.get(name), errors) for name, kind in tables.items()}
    regions = _regions(document.get(REGIONS, {}), errors)
    if not errors:
        settings = Settings(home, **read, regions=regions)
        errors += conflicts(settings)
        if not errors:
            return settings
    raise SettingsInvalid("; ".join(errors))


def _regions(given: object, errors: list[str]) -> dict[Region, RegionStore]:
    """Read `[regions.NAME]`, a table for each further region."""
    if not isinstance(given, dict):
        errors.append(f"{REGIONS}: must be a table")
        return {}
    known = {region.value: region for region in Region}
    wrong = [name for name in given if name not in known]
    errors += [f"{REGIONS}.{name}: no region; known are {', '.join(known)}" for name in wrong]
    return {
        known[name]: _table(f"{REGIONS}.{name}", RegionStore, table, errors)
        for name, table in given.items()
        if name in known
    }


def hints(kind: type) -> dict[str, Any]:
    """Return the types of a dataclass's fields, by name."""
    return get_type_hints(kind)


def _table(table: str, kind: Any, given: object, errors: list[str]) -> Any:
    """Read one table; what is not given keeps its default."""
    if given is None:
        return kind()
    if not isinstance(given, dict):
        errors.append(f"{table}: must be a table")
        return kind()
    known = {each.name: each for each in fields(kind)}
    expected = hints(kind)
    values: dict[str, Value] = {}
    for name, value in given.items():
        if name not in known:
            errors.append(f"{table}.{name}: there is no such setting")
            continue
        about = known[name].metadata
        wrong = _wrong(value, expected[name], about)
        if wrong:
            errors.append(f"{table}.{name}: {wrong}")
        else:
            values[name] = value
    return kind(**values)


def _wrong(value: object, kind: type, about: Mapping[str, Any]) -> str:
    """Say what is wrong with a value, or nothing."""
    if type(value) is not kind:
        words = {str: "text in quotes", int: "a whole number", bool: "true or false"}
        return f"must be {words[kind]}"
    if isinstance(value, int) and not about["least"] <= value <= about["most"]:
        return f"must be from {about['least']} to {about['most']}"
    if about["one_of"] and value not in about["one_of"]:
        return "must be one of " + ", ".join(about["one_of"])
    return ""
