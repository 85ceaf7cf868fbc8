"""Triggers by which the database itself refuses to change what is written once, and to remove any record.

They are laid anew after every migration: SQLite drops a table's triggers when a migration makes the table anew.
"""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections

from servanda_register.models.base import Kept, Versioned

REFUSAL = "The register keeps what was written; it is not changed or removed."


def tables(config: AppConfig) -> dict[str, tuple[str, ...]]:
    """Table -> what is refused on it (``update``, ``delete``)."""
    out: dict[str, tuple[str, ...]] = {}
    for model in config.get_models():
        if issubclass(model, Kept) or model._meta.model_name == "event":
            out[model._meta.db_table] = ("update", "delete")
            for field in model._meta.many_to_many:
                out[field.m2m_db_table()] = ("update", "delete")
        elif issubclass(model, Versioned) or model._meta.model_name in {"account", "intake"}:
            out[model._meta.db_table] = ("delete",)
    return out


def lay(sender: AppConfig, using: str = "default", **_kwargs: Any) -> None:
    """Lays the triggers in the database ``using``; for Django's signal ``post_migrate``."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION register_keeps() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
            )
        for table, verbs in tables(sender).items():
            for verb in verbs if table in there else ():
                name = f"keep_{table}_{verb}"
                if connection.vendor == "postgresql":
                    cursor.execute(
                        f'CREATE OR REPLACE TRIGGER "{name}" BEFORE {verb} ON "{table}" '
                        "FOR EACH ROW EXECUTE FUNCTION register_keeps()"
                    )
                else:
                    cursor.execute(
                        f'CREATE TRIGGER IF NOT EXISTS "{name}" BEFORE {verb} ON "{table}" '
                        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                    )
