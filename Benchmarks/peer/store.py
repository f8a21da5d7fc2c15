"""The database: one schema, every change one transaction, on SQLite or PostgreSQL.

Measured, and so: a message is stored by a single statement in autocommit, on PostgreSQL a writable CTE (one round
trip, twice the rate of BEGIN/UPDATE/INSERT/COMMIT); SQLite runs in one writer thread and two reader threads (one hop a
transaction, 3-4 times the rate of aiosqlite, which hops for every call), the hot statements as driver-level SQL.
"""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import orjson
from pgvector import Vector
from pgvector.asyncpg import register_vector
from pgvector.sqlalchemy import VECTOR
from sqlalchemy import (
    BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint, Uuid,
    create_engine, event, insert, text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

import settings
from language import DIMENSIONS, embed

Id = Uuid(as_uuid=False).with_variant(String(36), "sqlite")
Json = Text().with_variant(JSONB(), "postgresql")

metadata = MetaData()
businesses = Table(
    "businesses", metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("bot_name", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("greeting", Text, nullable=False),
)
widget_keys = Table(
    "widget_keys", metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    Column("business_id", Id, ForeignKey("businesses.id"), nullable=False),
)
sessions = Table(
    "sessions", metadata,
    Column("id", Id, primary_key=True),
    Column("business_id", Id, ForeignKey("businesses.id"), nullable=False),
    Column("token_hash", LargeBinary, nullable=False, unique=True),
    Column("name", Text),
    Column("locale", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="active"),
    Column("handling", Text, nullable=False, server_default="bot"),
    Column("last_seq", Integer, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
)
messages = Table(
    "messages", metadata,
    Column("id", Id, primary_key=True),
    Column("session_id", Id, ForeignKey("sessions.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("sender", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("client_message_id", Text),
    Column("reply_to", Id),
    Column("citations", Json, nullable=False, server_default="[]"),
    Column("thumb", Text),
    Column("outcome", Text),
    UniqueConstraint("session_id", "seq"),
    Index(
        "messages_client_id", "session_id", "client_message_id", unique=True,
        sqlite_where=text("client_message_id IS NOT NULL"), postgresql_where=text("client_message_id IS NOT NULL"),
    ),
)
vectors = MetaData()
embeddings = Table(
    "knowledge_embeddings", vectors,
    Column("entry_id", Text, primary_key=True),
    Column("embedding", VECTOR(DIMENSIONS), nullable=False),
    Index(
        "knowledge_embeddings_hnsw", "embedding",
        postgresql_using="hnsw", postgresql_ops={"embedding": "vector_cosine_ops"},
    ),
)


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def uuid7() -> str:
    raw = bytearray(now_ms().to_bytes(6) + os.urandom(10))
    raw[6] = raw[6] & 0x0F | 0x70
    raw[8] = raw[8] & 0x3F | 0x80
    h = raw.hex()
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


@dataclass(slots=True)
class Message:
    id: str
    seq: int
    sender: str
    text: str
    created_at: int
    client_message_id: str | None = None
    reply_to: str | None = None
    citations: bytes = b"[]"
    thumb: str | None = None
    outcome: str | None = None


MESSAGE = "m.id, m.seq, m.sender, m.text, m.created_at, m.client_message_id, m.reply_to, m.citations, m.thumb, m.outcome"

KEY_BUSINESS = text(
    "SELECT b.id, b.greeting, b.locale FROM widget_keys k JOIN businesses b ON b.id = k.business_id WHERE k.key_hash = :hash"
)
SESSION = text(
    "SELECT s.id, s.status, s.handling, (SELECT max(m.seq) FROM messages m WHERE m.session_id = s.id) AS last_seq, s.started_at, s.ended_at, b.name, b.bot_name, b.locale, b.greeting"
    " FROM sessions s JOIN businesses b ON b.id = s.business_id WHERE s.token_hash = :hash"
)
AFTER = text(f"SELECT {MESSAGE} FROM messages m WHERE m.session_id = :session AND m.seq > :seq ORDER BY m.seq LIMIT :limit")
BEFORE = text(f"SELECT {MESSAGE} FROM messages m WHERE m.session_id = :session AND m.seq < :seq ORDER BY m.seq DESC LIMIT :limit")
BY_CLIENT_ID = text(
    f"SELECT {MESSAGE} FROM messages m JOIN sessions s ON s.id = m.session_id"
    " WHERE s.token_hash = :hash AND m.client_message_id = :client_message_id"
)
UNANSWERED = text(
    "SELECT m.session_id, m.id, m.text FROM messages m WHERE m.sender = 'user'"
    " AND NOT EXISTS (SELECT 1 FROM messages r WHERE r.reply_to = m.id) ORDER BY m.id"
)
NEAREST = text(
    "SELECT entry_id, 1 - (embedding <=> :vector) FROM knowledge_embeddings ORDER BY embedding <=> :vector LIMIT :limit"
)

ADD_SESSION = (
    "INSERT INTO sessions (id, business_id, token_hash, name, locale, last_seq, started_at)"
    " VALUES (:session, :business, :hash, :name, :locale, 1, :now)"
)
NEXT_SEQ = {
    "user": "UPDATE sessions SET last_seq = last_seq + 1 WHERE token_hash = :hash AND status = 'active' RETURNING id, last_seq",
    "bot": "UPDATE sessions SET last_seq = last_seq + 1 WHERE id = :session RETURNING id, last_seq",
}
COLUMNS = "(id, session_id, seq, sender, text, created_at, client_message_id, reply_to, citations, outcome)"
VALUES = ":id, {session}, {seq}, :sender, :text, :created_at, :client_message_id, :reply_to, :citations, :outcome"


def _message(row) -> Message:
    ident, seq, sender, body, created_at, client_id, reply_to, citations, thumb, outcome = row
    if isinstance(citations, (list, dict)):
        citations = orjson.dumps(citations)
    elif isinstance(citations, str):
        citations = citations.encode()
    return Message(
        str(ident), seq, sender, body, created_at, client_id, reply_to and str(reply_to), citations, thumb, outcome
    )


def _parameters(message: Message) -> dict:
    return {
        "id": message.id, "sender": message.sender, "text": message.text, "created_at": message.created_at,
        "client_message_id": message.client_message_id, "reply_to": message.reply_to,
        "citations": message.citations.decode(), "outcome": message.outcome,
    }


class Store:
    """What both engines share; the subclasses say how a statement reaches the database."""

    async def read(self, statement, **parameters) -> list:
        raise NotImplementedError

    async def append(self, message: Message, **owner) -> str | None:
        """Stores the message under the session's next seq and returns the session's id; None: no active session."""
        raise NotImplementedError

    async def add_session(self, session: dict, greeting: Message) -> None:
        raise NotImplementedError

    async def business_of_key(self, key_hash: bytes):
        rows = await self.read(KEY_BUSINESS, hash=key_hash)
        return rows[0] if rows else None

    async def session(self, token_hash: bytes):
        rows = await self.read(SESSION, hash=token_hash)
        return rows[0] if rows else None

    async def after(self, session: str, seq: int, limit: int = 500) -> list[Message]:
        return [_message(r) for r in await self.read(AFTER, session=session, seq=seq, limit=limit)]

    async def before(self, session: str, seq: int, limit: int) -> list[Message]:
        return [_message(r) for r in await self.read(BEFORE, session=session, seq=seq, limit=limit)]

    async def by_client_id(self, token_hash: bytes, client_message_id: str) -> Message | None:
        rows = await self.read(BY_CLIENT_ID, hash=token_hash, client_message_id=client_message_id)
        return _message(rows[0]) if rows else None

    async def unanswered(self) -> list[tuple[str, str, str]]:
        return [(str(s), str(i), t) for s, i, t in await self.read(UNANSWERED)]

    async def nearest(self, question: str, limit: int) -> list[tuple[str, float]]:
        return []


class SQLiteStore(Store):
    def __init__(self, url: str):
        shared = {"connect_args": {"check_same_thread": False, "timeout": 10}, "max_overflow": 0, "isolation_level": "AUTOCOMMIT"}
        self.engine = create_engine(url, pool_size=1, **shared)
        self._readers = create_engine(url, pool_size=2, **shared)
        event.listen(self.engine, "connect", self._configure)
        event.listen(self._readers, "connect", self._configure)
        self._write_thread = ThreadPoolExecutor(1, "sqlite-write")
        self._read_threads = ThreadPoolExecutor(2, "sqlite-read")
        self._connection = None
        # One writer, so the next seq is the greatest and one: a whole append in one statement, its own transaction.
        next_seq = "(SELECT max(seq) + 1 FROM messages WHERE session_id = s.id)"
        append = f"INSERT INTO messages {COLUMNS} SELECT {VALUES.format(session='s.id', seq=next_seq)} FROM sessions s"
        self._append = {
            "user": f"{append} WHERE s.token_hash = :hash AND s.status = 'active' RETURNING session_id, seq",
            "bot": f"{append} WHERE s.id = :session RETURNING session_id, seq",
        }
        self._greet = f"INSERT INTO messages {COLUMNS} VALUES ({VALUES.format(session=':session', seq='1')})"

    @staticmethod
    def _configure(connection, _record):
        connection.isolation_level = None
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 10000"):
            connection.execute(f"PRAGMA {pragma}")

    async def _write(self, work: Callable):
        """`work` in the writer thread; a commit ends it when it said BEGIN."""

        def transaction():
            if self._connection is None:
                self._connection = self.engine.connect()
            with self._connection.begin():
                return work(self._connection)

        return await asyncio.get_running_loop().run_in_executor(self._write_thread, transaction)

    async def read(self, statement, **parameters) -> list:
        def query():
            with self._readers.connect() as connection:
                return connection.execute(statement, parameters).all()

        return await asyncio.get_running_loop().run_in_executor(self._read_threads, query)

    async def append(self, message: Message, **owner) -> str | None:
        statement, parameters = self._append[message.sender], {**_parameters(message), **owner}
        rows = await self._write(lambda connection: connection.exec_driver_sql(statement, parameters).all())
        if not rows:
            return None
        session, message.seq = rows[0]
        return session

    async def add_session(self, session: dict, greeting: Message) -> None:
        def work(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql(ADD_SESSION, session)
            connection.exec_driver_sql(self._greet, {**_parameters(greeting), "session": session["session"]})

        await self._write(work)

    async def prepare(self, business: dict, key_hash: bytes, entries: list) -> None:
        def work(connection):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _prepare(connection, business, key_hash)

        await self._write(work)

    async def close(self) -> None:
        self._write_thread.shutdown()
        self._read_threads.shutdown()
        if self._connection is not None:
            self._connection.close()
        self._readers.dispose()
        self.engine.dispose()


class PostgresStore(Store):
    def __init__(self, url: str):
        scheme, _, rest = url.partition("://")
        self.engine = create_async_engine(
            f"postgresql+asyncpg://{rest}",
            isolation_level="AUTOCOMMIT",
            pool_size=settings.POOL_SIZE,
            max_overflow=0,
            connect_args={"server_settings": {"jit": "off", "application_name": "peer"}},
        )
        event.listen(self.engine.sync_engine, "connect", self._configure)
        # With more than one worker the same statement also tells the others (NOTIFY goes out at the commit).
        notify = ", pg_notify('peer', :worker || session_id)" if settings.WORKERS > 1 else ""
        self.worker = os.urandom(4).hex()
        self._worker = {"worker": self.worker} if notify else {}
        insert_next = (
            f"INSERT INTO messages {COLUMNS} SELECT {VALUES.format(session='s.id', seq='s.last_seq')} FROM s"
            f" RETURNING session_id, seq{notify}"
        )
        self._append = {sender: text(f"WITH s AS ({sql}) {insert_next}") for sender, sql in NEXT_SEQ.items()}
        self._add_session = text(
            f"WITH s AS ({ADD_SESSION} RETURNING id)"
            f" INSERT INTO messages {COLUMNS} SELECT {VALUES.format(session='s.id', seq='1')} FROM s"
        )

    @staticmethod
    def _configure(connection, _record):
        connection.run_async(register_vector)  # binary vectors

    async def read(self, statement, **parameters) -> list:
        async with self.engine.connect() as connection:
            return (await connection.execute(statement, parameters)).all()

    async def append(self, message: Message, **owner) -> str | None:
        parameters = {**_parameters(message), **owner, **self._worker}
        async with self.engine.connect() as connection:
            row = (await connection.execute(self._append[message.sender], parameters)).first()
        if row is None:
            return None
        message.seq = row[1]
        return str(row[0])

    async def add_session(self, session: dict, greeting: Message) -> None:
        async with self.engine.connect() as connection:
            await connection.execute(self._add_session, {**session, **_parameters(greeting)})

    async def nearest(self, question: str, limit: int) -> list[tuple[str, float]]:
        return await self.read(NEAREST, vector=Vector(embed(question)), limit=limit)

    async def prepare(self, business: dict, key_hash: bytes, entries: list) -> None:
        engine = create_async_engine(self.engine.url)
        async with engine.begin() as connection:
            await connection.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
            await connection.run_sync(_prepare, business, key_hash)
            await connection.run_sync(vectors.create_all)
            await connection.execute(embeddings.delete())
            if entries:
                rows = [{"entry_id": e.id, "embedding": embed(e.text)} for e in entries]
                await connection.execute(insert(embeddings), rows)
            await connection.execute(text("ANALYZE knowledge_embeddings"))
        await engine.dispose()

    async def close(self) -> None:
        await self.engine.dispose()


def _prepare(connection, business: dict, key_hash: bytes) -> None:
    metadata.create_all(connection)
    ident = connection.execute(businesses.select().where(businesses.c.name == business["name"])).scalar()
    if ident is None:
        ident = uuid7()
        connection.execute(insert(businesses), {**business, "id": ident})
    if connection.execute(widget_keys.select().where(widget_keys.c.key_hash == key_hash)).first() is None:
        connection.execute(insert(widget_keys), {"key_hash": key_hash, "business_id": ident})


def open_store() -> Store:
    return (PostgresStore if settings.IS_POSTGRES else SQLiteStore)(settings.DATABASE_URL)


__all__ = ["IntegrityError", "Message", "Store", "open_store", "now_ms", "uuid7"]
