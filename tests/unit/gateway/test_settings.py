"""Settings are strict, hold no secret, and cannot weaken what the policy says."""

from dataclasses import fields
from pathlib import Path

import pytest

from privity.errors import HomeMissing, SettingsInvalid
from privity.model.words import Region
from privity.settings import Settings, describe, load, parse, write

HOME = Path("/home/of/privity")


def wrong(document: dict[str, object]) -> str:
    with pytest.raises(SettingsInvalid) as caught:
        parse(document, HOME)
    return caught.value.detail


def test_an_empty_file_is_the_defaults() -> None:
    assert parse({}, HOME) == Settings(HOME)


def test_all_errors_are_told_at_once() -> None:
    told = wrong({"listen": {"port": "80", "hots": ""}, "lisen": {}, "limits": {"max_depth": 1}})
    for part in ("listen.port", "listen.hots", "lisen", "limits.max_depth: must be from 4 to 512"):
        assert part in told


@pytest.mark.parametrize(
    ("table", "name", "value"),
    [
        ("listen", "port", True),
        ("listen", "local", 1),
        ("log", "level", "trace"),
        ("tls", "certificate", "cert.pem"),
        ("storage", "database", "mysql://host/name"),
        ("storage", "database", "postgresql://me:secret@host/name"),
        ("keys", "root", "gcpkms:key"),
        ("upstream", "openai", "http://api.openai.com/v1"),
        ("upstream", "openai", "https://key@api.openai.com/v1"),
        ("upstream", "openai", "ftp://api.openai.com"),
        ("upstream", "openai_credential", "sk-1234"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused(table: str, name: str, value: object) -> None:
    assert table in wrong({table: {name: value}})


def test_a_password_in_a_setting_is_not_repeated() -> None:
    assert "s3cret" not in wrong({"storage": {"database": "postgresql://me:s3cret@host/name"}})


@pytest.mark.parametrize("url", ["http://127.0.0.1:9100/v1", "https://models.example.org"])
def test_a_provider_is_on_this_machine_or_behind_tls(url: str) -> None:
    assert parse({"upstream": {"openai": url}}, HOME).upstream.openai == url


def test_what_is_written_loads_as_it_was_meant(tmp_path: Path) -> None:
    changed = {("listen", "port"): 9000, ("storage", "origin"): 'a "b"', ("listen", "local"): False}
    (tmp_path / "settings.toml").write_text(write(changed))
    loaded = load(tmp_path)
    assert (loaded.listen.port, loaded.storage.origin, loaded.listen.local) == (
        9000,
        'a "b"',
        False,
    )


def test_a_written_file_explains_every_setting() -> None:
    text = write({})
    for _, name, _, doc in describe():
        assert f"# {name} = " in text
        assert doc in text


def test_every_setting_is_described() -> None:
    tables = {f.name for f in fields(Settings)} - {"home", "region", "regions", "inside"}
    assert {table for table, _, _, _ in describe()} == {*tables, "regions.*"}
    assert all(doc.endswith(".") for _, _, _, doc in describe())


def test_relative_files_are_in_the_home() -> None:
    settings = Settings(HOME)
    assert settings.database_url == "sqlite:////home/of/privity/privity.db"
    assert settings.key_file == HOME / "keys" / "root.key"


def test_a_folder_without_settings_is_no_home(tmp_path: Path) -> None:
    with pytest.raises(HomeMissing):
        load(tmp_path)


REGION = {"database": "postgresql://db.us/privity", "root": "file:us.key", "origin": "us.example"}


def test_a_further_region_has_its_own_database_keys_and_log() -> None:
    settings = parse({"regions": {"us": REGION}}, HOME)
    there = settings.of(Region.US)
    assert there.database_url == "postgresql+psycopg://db.us/privity"
    assert there.key_file == HOME / "us.key"
    assert there.storage.origin == "us.example"
    assert (there.home, there.folder) == (HOME, HOME / "regions" / "us")
    assert settings.folder == HOME
    assert there.limits == settings.limits


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"database": ""}, "regions.us.database: must start with sqlite: or postgresql:"),
        ({"database": "postgresql://eva:pw@db/p"}, "regions.us.database: holds a password"),
        ({"database": "sqlite:privity.db"}, "regions.us.database: belongs to another region"),
        ({"root": "http://x"}, "regions.us.root: must start with file:"),
        ({"root": "file:keys/root.key"}, "regions.us.root: belongs to another region"),
        ({"origin": ""}, "regions.us.origin: is missing"),
        ({"origin": "privity.local"}, "regions.us.origin: belongs to another region"),
        ({"origin": 1}, "regions.us.origin: must be text in quotes"),
        ({"owner": "me"}, "regions.us.owner: there is no such setting"),
    ],
)
def test_a_region_shares_nothing_with_another(changed: dict[str, object], error: str) -> None:
    with pytest.raises(SettingsInvalid, match=error):
        parse({"regions": {"us": REGION | changed}}, HOME)


@pytest.mark.parametrize(("given", "error"), [("eu", "a table"), ({"mars": REGION}, "no region")])
def test_a_region_that_nobody_knows_is_refused(given: object, error: str) -> None:
    with pytest.raises(SettingsInvalid, match=error):
        parse({"regions": given}, HOME)
