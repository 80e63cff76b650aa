"""Run by Alembic: migrate on the connection, and in the transaction, that the caller gives."""

from alembic import context

from privity.adapters.sql.schema import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables,
    transactional_ddl=True,
)
context.run_migrations()
