"""One schema: what the migrations build is what the tables say, on both databases."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Inspector, create_engine, inspect, text
from sqlalchemy.engine import make_url

from privity.adapters.backup import backup
from privity.adapters.home import now, open_home
from privity.adapters.initialize import Plan, initialize
from privity.adapters.sql import schema
from privity.adapters.sql.create import MIGRATIONS, create, migrate, upgrade
from privity.adapters.sql.link import open_engine
from privity.adapters.sql.session import Session
from privity.errors import DatabaseUnavailable, HomeExists, SchemaOutdated, SettingsInvalid
from privity.settings import ECHO, load
from tests.conftest import SIGNER, Database

# A column that was added later stands elsewhere in a table's text, so they are compared by them.
SQLITE = """
SELECT type, name, tbl_name, sql FROM sqlite_master
WHERE name NOT LIKE '%alembic%'
AND name NOT IN ('record', 'staff_factor', 'request', 'staff_account') ORDER BY 1, 2
"""
SQLITE_COLUMNS = """
SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk
FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY 1, 2
"""
COLUMNS = """
SELECT table_name, column_name, data_type, is_nullable, column_default, collation_name
FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2
"""
INDEXES = """
SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2
"""
CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
TRIGGERS = """
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
WHERE NOT tgisinternal ORDER BY 1, 2
"""
EVERYTHING = {
    "sqlite": (SQLITE, SQLITE_COLUMNS),
    "postgresql": (COLUMNS, INDEXES, CONSTRAINTS, TRIGGERS),
}


def look(url: str) -> list[list[tuple[str, ...]]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        queries = EVERYTHING[connection.dialect.name]
        seen = [[tuple(map(str, row)) for row in connection.execute(text(q))] for q in queries]
    engine.dispose()
    return [[row for row in rows if "alembic" not in str(row)] for rows in seen]


def beside(database: Database, name: str) -> str:
    """The URL of an empty database beside this one."""
    if database.kind == "sqlite":
        return database.url.replace("privity.db", name)
    database_url = make_url(database.url)
    engine = create_engine(database.url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {database_url.database}_{name}"))
    engine.dispose()
    beside = database_url.set(database=f"{database_url.database}_{name}")
    return beside.render_as_string(hide_password=False)


def test_the_migrated_schema_is_the_declared_one(database: Database) -> None:
    url = beside(database, "built")
    engine = create_engine(url)
    with engine.begin() as connection:
        schema.build(connection)
    engine.dispose()
    assert look(url) == look(database.url)
    assert any(look(url))


def test_the_migration_tool_finds_no_difference(database: Database) -> None:
    engine = create_engine(database.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, schema.tables) == []
    engine.dispose()


def test_the_newest_migration_is_the_one_this_version_needs() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.REVISION]


def test_migrating_again_changes_nothing(database: Database) -> None:
    before = look(database.url)
    migrate(database.url)
    assert look(database.url) == before


def test_a_log_is_never_made_again(database: Database) -> None:
    with pytest.raises(HomeExists):
        create(database.url, SIGNER.name, SIGNER)
    with database.journal().reader.snapshot() as snapshot:
        assert snapshot.head().size == 0


def test_a_log_has_the_name_of_its_key(sqlite_database: Database) -> None:
    with pytest.raises(SettingsInvalid):
        create(beside(sqlite_database, "other.db"), "another", SIGNER)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE alembic_version SET version_num = '0000'", "DROP TABLE alembic_version"],
)
def test_a_schema_of_another_version_is_not_used(database: Database, statement: str) -> None:
    database.execute(statement)
    with pytest.raises(SchemaOutdated), database.journal().transaction():
        pass


LATER = "UPDATE alembic_version SET version_num = '9999'"


def test_a_version_goes_on_when_later_ones_only_added(database: Database) -> None:
    database.execute(LATER)
    with database.journal().transaction() as tx:
        assert tx.apps.all() == ()


@pytest.mark.parametrize(
    "statement", ["UPDATE oldest_program SET revision = '9999'", "DELETE FROM oldest_program"]
)
def test_a_version_that_is_too_old_is_kept_out(database: Database, statement: str) -> None:
    database.execute(LATER, statement)
    with pytest.raises(SchemaOutdated), database.journal().transaction():
        pass


def test_a_running_version_stops_when_it_becomes_too_old(sqlite_database: Database) -> None:
    engine = open_engine(sqlite_database.url)
    session = Session(engine, SIGNER)
    session.open()
    sqlite_database.execute("UPDATE oldest_program SET revision = '9999'")
    [outcome] = session.run([lambda tx: tx.apps.all()])
    assert isinstance(outcome.error, SchemaOutdated)
    session.close()


def test_a_version_makes_no_backup_of_tables_it_does_not_know(tmp_path: Path) -> None:
    initialize(Plan(tmp_path / "home", (ECHO, ECHO), None, "sqlite:privity.db", None), now())
    home = open_home(load(tmp_path / "home"))
    Database("sqlite", home.settings.database_url).execute(LATER)
    with pytest.raises(SchemaOutdated):
        backup(home, tmp_path / "file", now(), "p")
    assert not (tmp_path / "file").exists()


def test_since_the_oldest_version_that_may_work_migrations_only_add(database: Database) -> None:
    oldest = "SELECT revision FROM oldest_program"
    url = beside(database, "oldest")
    engine, newest = create_engine(url), create_engine(database.url)
    with engine.begin() as connection, newest.begin() as other:
        upgrade(connection, other.execute(text(oldest)).scalar_one())
        before, after = inspect(connection), inspect(other)
        for table in before.get_table_names():
            was = {each["name"]: each for each in before.get_columns(table)}
            has = {each["name"]: each for each in after.get_columns(table)}
            kept = {name: (str(has[name]["type"]), has[name]["nullable"]) for name in was}
            assert kept == {name: (str(c["type"]), c["nullable"]) for name, c in was.items()}
            added = [each for name, each in has.items() if name not in was]
            assert all(each["nullable"] or each["default"] for each in added)
            assert unique(before, table) == unique(after, table)
    engine.dispose()
    newest.dispose()


def unique(database: Inspector, table: str) -> set[str | None]:
    return {each["name"] for each in database.get_indexes(table) if each["unique"]}


@pytest.mark.parametrize("table", schema.FINAL)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_what_was_appended_cannot_be_changed(database: Database, table: str, change: str) -> None:
    fill(database)
    column = schema.tables.tables[table].columns[0].name
    with pytest.raises(Exception, match="append only"):
        database.execute(change.format(table, column, column))


def fill(database: Database) -> None:
    """Put a row into every table that is final."""
    database.execute(
        "INSERT INTO entry VALUES (0, '')",
        "INSERT INTO tile VALUES (0, 0, '', '')",
    )


@pytest.mark.parametrize(
    "url",
    ["", "nonsense-secret", "sqlite://", "mysql://u:secret@h/db", "postgresql+x://u:secret@h/d"],
)
def test_a_database_of_another_kind_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        create(url, SIGNER.name, SIGNER)
    assert "secret" not in str(caught.value)


def test_a_database_that_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        create("postgresql://u:secret@127.0.0.1:1/none", SIGNER.name, SIGNER)
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_database_file_that_cannot_be_made_is_unavailable(tmp_path) -> None:
    with pytest.raises(DatabaseUnavailable):
        create(f"sqlite:///{tmp_path}/none/x.db", SIGNER.name, SIGNER)


def test_the_database_file_is_for_its_owner_alone(tmp_path) -> None:
    create(f"sqlite:///{tmp_path}/x.db", SIGNER.name, SIGNER)
    assert (tmp_path / "x.db").stat().st_mode & 0o777 == 0o600
