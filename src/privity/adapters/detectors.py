"""Open the detector of a home: the package's patterns, the team's own, and a language model.

The team's rules lie in `detectors/` of the home, beside the policy. They are held to their examples
before they take effect; whatever is wrong with one of them, none is used and nothing starts.
"""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import assert_never

from privity.adapters.detection import SHORT_CHARACTERS
from privity.detect.engine import PatternDetector
from privity.detect.examples import check_examples
from privity.detect.own import NOTHING, Own, Source, parse
from privity.detect.pattern import load_patterns
from privity.detect.stages import Stages
from privity.errors import DetectorsInvalid, DetectorUnavailable

FOLDER = "detectors"
ENDINGS = frozenset({".toml", ".txt"})
SHORT_FAST = 1024  # 5 ms; 10 to 15 where each character is a word of its own
LARGEST = 16 * 1024 * 1024  # bytes of a file


class Reading(StrEnum):
    """How far the language model reads texts: not, with its small network, with both."""

    OFF = "off"
    FAST = "fast"
    FULL = "full"


def open_detector(folder: Path | None, reading: Reading = Reading.OFF) -> Stages:
    """Return the detector with the rules of a folder, if there is one.

    Raises DetectorsInvalid or DetectorUnavailable.
    """
    own = read_own(folder)
    patterns = PatternDetector.load(own)
    check_examples(patterns, own)
    if reading is Reading.OFF:
        return Stages(patterns)
    # numpy reads this when it is first imported: sums this small are slower on several threads.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Imported here: it takes memory and time that patterns alone do not need.
    try:
        from privity.detect.language.detector import LanguageDetector  # noqa: PLC0415
    except ImportError as error:
        message = "the language model needs the extra privity[language]"
        raise DetectorUnavailable(message) from error

    return Stages(patterns, LanguageDetector.load(full=reading is Reading.FULL))


def at_once(reading: Reading) -> int:
    """Return how many characters may be read on the event loop: what takes some ten ms at worst."""
    match reading:
        case Reading.OFF:
            return SHORT_CHARACTERS
        case Reading.FAST:
            return SHORT_FAST
        case Reading.FULL:
            return 0
        case _ as never:
            assert_never(never)


def read_own(folder: Path | None) -> Own:
    """Return the rules of a folder; none if there is no such folder. Raises DetectorsInvalid."""
    if folder is None:
        return NOTHING
    try:
        files = sorted(f for f in folder.iterdir() if f.suffix in ENDINGS)
    except FileNotFoundError:
        return NOTHING
    except OSError as error:
        message = f"{folder} cannot be read: {error.strerror}"
        raise DetectorsInvalid(message) from error
    if not files:
        return NOTHING
    known = load_patterns()
    taken = frozenset(p.id for p in known.patterns) | {f.id for f in known.fields}
    return parse([_source(file) for file in files], taken)


def _source(file: Path) -> Source:
    try:
        if file.stat().st_size > LARGEST:
            message = f"{file.name} is larger than {LARGEST} bytes"
            raise DetectorsInvalid(message)
        return Source(file.name, file.read_text(encoding="utf-8"))
    except OSError as error:
        message = f"{file.name} cannot be read: {error.strerror}"
        raise DetectorsInvalid(message) from error
    except UnicodeDecodeError:
        message = f"{file.name} is not UTF-8"
        raise DetectorsInvalid(message) from None
