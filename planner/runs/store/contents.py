"""What stands in kept files: packed, and each content once, whoever has it."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Executable, Table, select
from sqlalchemy.dialects import sqlite

from planner.errors import PlannerError
from planner.runs.store import schema

_LEVEL = 6
_ASKED_AT_ONCE = 500  # databases take only so many values in one question
_MOST_BYTES = 900 * 2**20  # a database takes no more in one cell


def digest_of(content: bytes) -> str:
    """SHA-256 of a file's content, in hex."""
    return hashlib.sha256(content).hexdigest()


def put(connection: Connection, files: Iterable[bytes]) -> None:
    """Keep contents that are not there yet.

    Raises:
        PlannerError: One is larger than a database takes.
    """
    by_digest = {digest_of(content): content for content in files}
    there = known(connection, by_digest)
    for digest, content in by_digest.items():
        if digest not in there:
            packed = zlib.compress(content, _LEVEL)
            if len(packed) > _MOST_BYTES:
                message = f"A file of {len(content) / 2**20:,.0f} MB is too large for the store."
                raise PlannerError(message)
            row = {"digest": digest, "size": len(content), "content": packed}
            add_once(connection, schema.contents, row)


def known(connection: Connection, digests: Iterable[str]) -> frozenset[str]:
    """Those of the hashes whose content is there."""
    table, asked, found = schema.contents, list(digests), set[str]()
    for start in range(0, len(asked), _ASKED_AT_ONCE):
        part = asked[start : start + _ASKED_AT_ONCE]
        query = select(table.c.digest).where(table.c.digest.in_(part))
        found.update(connection.execute(query).scalars())
    return frozenset(found)


def take(connection: Connection, digest: str) -> bytes:
    """The content with a hash, unpacked and checked.

    Raises:
        PlannerError: It is not there, or not what it was when it was kept.
    """
    table = schema.contents
    query = select(table.c.size, table.c.content).where(table.c.digest == digest)
    row = connection.execute(query).one_or_none()
    content = None if row is None else _unpacked(bytes(row.content), row.size)
    if content is None or digest_of(content) != digest:
        message = (
            "The store is damaged: a kept file is missing, or is not what was kept. Bring back "
            "a backup: planner store --restore BACKUP."
        )
        raise PlannerError(message)
    return content


def add_once(connection: Connection, table: Table, row: Mapping[str, Any]) -> bool:
    """Add a row unless one with its key is there, also one that somebody adds meanwhile.

    Returns:
        Whether it was added.
    """
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415 - slow to load

        statement: Executable = postgresql.insert(table).values(row).on_conflict_do_nothing()
    else:
        statement = sqlite.insert(table).values(row).on_conflict_do_nothing()
    done = connection.execute(statement, execution_options={"preserve_rowcount": True})
    return done.rowcount > 0


def _unpacked(packed: bytes, size: int) -> bytes | None:
    """The content, None where it is damaged; never more than it should be."""
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, size + 1)
    except zlib.error:
        return None
    return content if len(content) == size else None
