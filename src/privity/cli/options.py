"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path, typer.Option("--home", envvar="PRIVITY_HOME", help="The folder of the home.")
]
HERE = Path(".home")
"""Where a home is when nothing else is said."""
