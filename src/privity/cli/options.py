"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from privity.model.words import Region

HomeOption = Annotated[
    Path, typer.Option("--home", envvar="PRIVITY_HOME", help="The folder of the home.")
]
HERE = Path(".home")
"""Where a home is when nothing else is said."""

RegionOption = Annotated[
    Region | None,
    typer.Option("--region", help="The store of this region, instead of the home's own."),
]
