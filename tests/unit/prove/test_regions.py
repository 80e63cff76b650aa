"""The self-test of a home with several regions exercises each that the stand-in may serve."""

import asyncio
from pathlib import Path

import pytest

from privity.model.words import Region
from privity.policy.starter import starter
from privity.prove.child import Child
from privity.settings import load


@pytest.mark.parametrize(
    ("serves", "exercised"),
    [('["local", "us"]', (Region.LOCAL, Region.US)), ('["local"]', (Region.LOCAL,))],
)
def test_the_scratch_home_has_a_store_for_each_region(
    tmp_path: Path, serves: str, exercised: tuple[Region, ...]
) -> None:
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    text = starter().replace('store_in = "local"', 'store_in = ["local", "us"]')
    text = text.replace('region = "local"', f'region = "local"\nserves = {serves}')
    (home / "policy.toml").write_text(text)
    (home / "settings.toml").write_text("")
    child = Child(scratch)
    asyncio.run(child.settle(home, "http://127.0.0.1:9"))
    assert set(load(child.home).regions) == {Region.US}
    assert child.regions == exercised
