"""Keep this version's storage for tests that run it beside later ones: `python -m tools.freeze`.

Run it when a version is released, before a migration is added. It writes the modules that
`tests/older/writing.py` needs into `tests/older/privity-REVISION.zip`, in a form that is the same
each time, and removes the one before.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from privity.adapters.sql.schema import REVISION

ROOT = Path(__file__).parents[1]
OLDER = ROOT / "tests" / "older"
NEEDED = (
    "import json, sys; sys.path.insert(0, sys.argv[1]); import writing;"
    "ours = [m for n, m in sys.modules.items() if n.split('.')[0] == 'privity'];"
    "print(json.dumps([m.__file__ for m in ours]))"
)


def main() -> None:
    """Write the archive."""
    command = [sys.executable, "-c", NEEDED, str(OLDER)]
    found = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    for old in OLDER.glob("privity-*.zip"):
        old.unlink()
    archive = OLDER / f"privity-{REVISION}.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as into:
        for file in sorted(map(Path, json.loads(found.stdout))):
            name = file.relative_to(ROOT / "src").as_posix()
            into.writestr(zipfile.ZipInfo(name), file.read_bytes(), zipfile.ZIP_DEFLATED)
    print(f"{archive.relative_to(ROOT)}: {archive.stat().st_size} bytes")


if __name__ == "__main__":
    main()
