"""The database's own full text over the words of tickets. Nothing here is a Django model.

A later migration that alters ``TicketWords`` on SQLite rebuilds the table and loses the triggers:
it must run these operations again.
"""

from django.db import migrations

TABLE = "wagtail_helpdesk_ticketwords"
FTS = f"{TABLE}_fts"

POSTGRESQL = [
    f"ALTER TABLE {TABLE} ADD COLUMN tsv tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED",
    f"CREATE INDEX {TABLE}_tsv ON {TABLE} USING gin (tsv)",
]
SQLITE = [
    f"CREATE VIRTUAL TABLE {FTS} USING fts5(text, content='{TABLE}', content_rowid='ticket_id', "
    "tokenize='unicode61 remove_diacritics 2', prefix='2 3 4 5')",
    f"CREATE TRIGGER {TABLE}_ai AFTER INSERT ON {TABLE} BEGIN "
    f"INSERT INTO {FTS}(rowid, text) VALUES (new.ticket_id, new.text); END",
    f"CREATE TRIGGER {TABLE}_ad AFTER DELETE ON {TABLE} BEGIN "
    f"INSERT INTO {FTS}({FTS}, rowid, text) VALUES ('delete', old.ticket_id, old.text); END",
    f"CREATE TRIGGER {TABLE}_au AFTER UPDATE ON {TABLE} BEGIN "
    f"INSERT INTO {FTS}({FTS}, rowid, text) VALUES ('delete', old.ticket_id, old.text); "
    f"INSERT INTO {FTS}(rowid, text) VALUES (new.ticket_id, new.text); END",
    f"INSERT INTO {FTS}({FTS}) VALUES ('rebuild')",
]
UNDO = {
    "postgresql": [f"DROP INDEX {TABLE}_tsv", f"ALTER TABLE {TABLE} DROP COLUMN tsv"],
    "sqlite": [f"DROP TRIGGER IF EXISTS {TABLE}_{when}" for when in ("ai", "ad", "au")]
    + [f"DROP TABLE IF EXISTS {FTS}"],
}


def statements(schema_editor):
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        return POSTGRESQL
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")
            return SQLITE if cursor.fetchone() else []
    return []


def make(apps, schema_editor):
    for sql in statements(schema_editor):
        schema_editor.execute(sql)


def undo(apps, schema_editor):
    for sql in UNDO.get(schema_editor.connection.vendor, []):
        schema_editor.execute(sql)


class Migration(migrations.Migration):
    dependencies = [("wagtail_helpdesk", "0001_initial")]
    operations = [migrations.RunPython(make, undo)]
