"""Open the detector of a home: the package's patterns, the team's own, and a language model.

The team's rules lie in `detectors/` of the home, beside the policy. They are held to their examples
before they take effect; whatever is wrong with one of them, none is used and nothing starts.
"""

from __future__ import annotations

from pathlib import Path

from privity.detect.engine import PatternDetector
from privity.detect.examples import check_examples
from privity.detect.own import NOTHING, Own, Source, parse
from privity.detect.pattern import load_patterns
from privity.detect.stages import Stages
from privity.errors import DetectorsInvalid, DetectorUnavailable

FOLDER = "detectors"
ENDINGS = frozenset({".toml", ".txt"})
LARGEST = 16 * 1024 * 1024  # bytes of a file


def open_detector(folder: Path | None, *, language: bool = False) -> Stages:
    """Return the detector with the rules of a folder, if there is one.

    Raises DetectorsInvalid or DetectorUnavailable.
    """
    own = read_own(folder)
    patterns = PatternDetector.load(own)
    check_examples(patterns, own)
    if not language:
        return Stages(patterns)
    # Imported here: the model's libraries take memory and time that patterns alone do not need.
    try:
        from privity.detect.language.detector import LanguageDetector  # noqa: PLC0415
    except ImportError as error:
        message = "the language model needs the extra privity[language]"
        raise DetectorUnavailable(message) from error

    return Stages(patterns, LanguageDetector.load())


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
