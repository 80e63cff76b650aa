"""A region's store is made whole or not at all, lost and put back, and down without the others."""

import shutil
from pathlib import Path

import pytest
import tomlkit

from privity.adapters import home as homes
from privity.adapters import regions
from privity.adapters.examine import examine
from privity.adapters.regions import NewRegion, add_region, own_region, store_at
from privity.adapters.restore import Wanted, restore
from privity.errors import BadInput, HomeExists, PrivityError, SettingsInvalid
from privity.model.words import Region
from privity.settings import load
from privity.vault.home_secrets import HomeSecrets
from tests.homes import NOON
from tests.homes import make as make_one
from tests.two_regions import LOCAL, US, TwoRegions, make

EU = Region.EU


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ann lives in `us`, Bob in `local`."""
    living = make(tmp_path_factory.mktemp("first") / "home")
    for who, region in (("ann", US), ("bob", LOCAL)):
        living.settle(who, region)
        living.speak(who, who, region)
    return living.home


@pytest.fixture
def living(first: Path, tmp_path: Path) -> TwoRegions:
    shutil.copytree(first, tmp_path / "home")
    return TwoRegions(tmp_path / "home")


def secrets_of(living: TwoRegions, region: Region) -> HomeSecrets:
    return living.there.stores[region].secrets


def test_a_region_shares_the_key_of_references_and_no_other(living: TwoRegions) -> None:
    here, there = secrets_of(living, LOCAL), secrets_of(living, US)
    assert here.references == there.references
    for name in ("pseudonyms", "hashes", "digests", "signing"):
        assert getattr(here, name) != getattr(there, name)


def test_the_key_of_one_region_opens_nothing_of_another(living: TwoRegions) -> None:
    here, there = living.there.stores[LOCAL], living.there.stores[US]
    sealed = (there.settings.folder / homes.SECRETS).read_bytes()
    (here.settings.folder / homes.SECRETS).write_bytes(sealed)
    with pytest.raises(PrivityError, match="not the one of this home"):
        homes.open_home(load(living.home))


def test_a_region_that_is_there_is_not_made_again(living: TwoRegions) -> None:
    for region in (US, LOCAL):
        with pytest.raises(HomeExists):
            add_region(homes.open_home(load(living.home)), NewRegion(region), NOON)
    assert living.held(US, "ann") == {"ann": b"ann"}


def test_a_region_that_cannot_be_made_leaves_nothing(
    living: TwoRegions, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = (living.home / "settings.toml").read_text()

    def fail(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(regions, "create", fail)
        with pytest.raises(HomeExists):
            add_region(homes.open_home(load(living.home)), NewRegion(EU), NOON)
    assert (living.home / "settings.toml").read_text() == settings
    assert [each.name for each in (living.home / "regions").iterdir()] == ["us"]
    add_region(homes.open_home(load(living.home)), NewRegion(EU), NOON)
    assert set(load(living.home).regions) == {US, EU}


@pytest.mark.parametrize(
    "new",
    [
        NewRegion(EU, database="sqlite:privity.db"),
        NewRegion(EU, root="file:keys/root.key"),
        NewRegion(EU, database="mysql:x"),
    ],
)
def test_a_region_that_would_share_something_is_refused(living: TwoRegions, new: NewRegion) -> None:
    with pytest.raises(SettingsInvalid):
        add_region(homes.open_home(load(living.home)), new, NOON)
    assert set(load(living.home).regions) == {US}


def test_two_regions_without_a_store_are_too_many(tmp_path: Path) -> None:
    living = make(tmp_path / "home")
    document = tomlkit.parse((living.home / "settings.toml").read_text())
    del document["regions"]
    (living.home / "settings.toml").write_text(tomlkit.dumps(document))
    opened = homes.open_home(load(living.home))
    with pytest.raises(SettingsInvalid, match="local and us"):
        own_region(opened.settings, homes.policy_in_force(opened))


def test_a_home_of_one_region_is_its_own(tmp_path: Path) -> None:
    opened = make_one(tmp_path / "home").opened
    assert own_region(opened.settings, homes.policy_in_force(opened)) is LOCAL
    assert store_at(opened, None) is opened
    assert store_at(opened, LOCAL) is opened
    with pytest.raises(BadInput):
        store_at(opened, US)


def test_a_region_that_is_lost_is_put_back_without_who_was_erased_or_left(
    living: TwoRegions, tmp_path: Path
) -> None:
    for who in ("cid", "dan"):
        living.settle(who, US)
        living.speak(who, who, US)
    living.back_up(US, tmp_path / "backup")
    living.erase("cid")
    living.move("dan", LOCAL)
    living.settle("eve", US)
    since = living.export(US, tmp_path / "log")
    living.put_back(US, tmp_path / "backup", since)
    assert living.held(US, "ann", "cid", "dan") == {"ann": b"ann"}
    assert living.held(LOCAL, "dan", "bob") == {"dan": b"dan", "bob": b"bob"}
    with pytest.raises(PrivityError, match="another one now"):
        living.speak("dan", "9", US)
    living.speak("ann", "9", US)


def test_a_home_that_is_put_back_knows_where_people_live(
    living: TwoRegions, tmp_path: Path
) -> None:
    living.back_up(LOCAL, tmp_path / "backup")
    living.settle("cid", US)
    living.move("bob", US)
    living.erase("ann")
    since = living.export(LOCAL, tmp_path / "log")
    root = tmp_path / "root.key"
    shutil.copy(living.home / "keys" / "root.key", root)
    lost = living.home.rename(tmp_path / "lost")
    restore(Wanted(tmp_path / "backup", living.home, since, root), NOON)
    shutil.copytree(lost / "regions", living.home / "regions")
    assert [living.lives(who) for who in ("ann", "bob", "cid")] == [None, US, US]
    assert living.held(LOCAL, "bob") == {}
    assert living.held(US, "ann", "bob") == {"bob": b"bob"}


def test_one_region_that_is_down_is_told_and_leaves_the_others(living: TwoRegions) -> None:
    (living.home / "regions" / "us" / "privity.db").unlink()
    codes = {each.part: each.code for each in examine(living.home)}
    assert codes["database.us"] == "database_unavailable"
    assert codes["log"] == codes["keys.us"] == "ok"
    assert living.held(LOCAL, "bob") == {"bob": b"bob"}
