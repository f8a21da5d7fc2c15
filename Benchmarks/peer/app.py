"""The customer side of the contract: sessions, messages, the event stream, and the bot's turn behind them."""

import asyncio
import hashlib
import logging
import secrets
import signal
import sys
from collections import deque
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated

import orjson
from fastapi import Depends, FastAPI, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

import settings
from knowledge import CANDIDATES, Knowledge
from store import IntegrityError, Message, Store, now_ms, open_store, uuid7
from streams import CLOSE, WAKE, Streams, listen

log = logging.getLogger("peer")

PROBLEMS = {
    "unauthorized": (401, "Unauthorized", "The key or token is not valid.", "المفتاح أو الرمز غير صحيح."),
    "invalid": (422, "Invalid request", "Some fields are not valid.", "بعض الحقول غير صحيحة."),
    "conflict": (409, "Conflict", "This client_message_id came with another text.", "سبق إرسال هذا المعرف بنص آخر."),
    "closed": (409, "Conversation closed", "The conversation has ended.", "انتهت المحادثة."),
}


class Problem(Exception):
    def __init__(self, code: str, errors: list[dict] = ()):
        self.code, self.errors = code, list(errors)


# --- what goes over the wire ---------------------------------------------------------------------------------------


def time_text(ms: int | None) -> str | None:
    if ms is None:
        return None
    return f"{datetime.fromtimestamp(ms // 1000, UTC).isoformat()[:19]}.{ms % 1000:03d}Z"


def message_json(m: Message) -> dict:
    return {
        "id": m.id, "seq": m.seq, "sender": m.sender, "text": m.text, "created_at": time_text(m.created_at),
        "client_message_id": m.client_message_id, "reply_to": m.reply_to, "citations": orjson.Fragment(m.citations),
        "thumb": m.thumb, "outcome": m.outcome,
    }


def session_json(row) -> dict:
    return {
        "id": str(row.id), "status": row.status, "handling": row.handling, "last_seq": row.last_seq,
        "started_at": time_text(row.started_at), "ended_at": time_text(row.ended_at),
    }


def message_event(seq: int, body: bytes) -> bytes:
    return b"id: %d\nevent: message\ndata: %b\n\n" % (seq, body)


def reply(content, status: int = 200) -> Response:
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    return Response(body, status_code=status, media_type="application/json")


TYPING = b'event: typing\ndata: {"who":"bot"}\n\n'
PING = b"event: ping\ndata: {}\n\n"
SHUTDOWN = b"event: server_shutdown\ndata: {}\n\n"


# --- the bot -------------------------------------------------------------------------------------------------------


class Bot:
    """Answers each user message in the background; the messages of one session in their order."""

    def __init__(self, store: Store, knowledge: Knowledge, streams: Streams):
        self._store, self._knowledge, self._streams = store, knowledge, streams
        self._waiting: dict[str, deque[tuple[str, str]]] = {}
        self._tasks: set[asyncio.Task] = set()

    def submit(self, session: str, message_id: str, text: str) -> None:
        if session in self._waiting:
            self._waiting[session].append((message_id, text))
            return
        self._waiting[session] = deque([(message_id, text)])
        task = asyncio.create_task(self._work(session))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self, session: str) -> None:
        waiting = self._waiting[session]
        try:
            while waiting:
                try:
                    await self._turn(session, *waiting.popleft())
                except Exception:
                    log.exception("the turn of session %s failed", session)
        finally:
            del self._waiting[session]

    async def _turn(self, session: str, message_id: str, text: str) -> None:
        self._streams.publish(session, 0, TYPING)
        answer = self._knowledge.answer(text, await self._store.nearest(text, CANDIDATES))
        message = Message(
            uuid7(), 0, "bot", answer.text, now_ms(),
            reply_to=message_id, citations=orjson.dumps(answer.citations), outcome=answer.outcome,
        )
        await self._store.append(message, session=session)
        self._streams.publish(session, message.seq, message_event(message.seq, orjson.dumps(message_json(message))))

    async def drain(self, timeout: float | None = None) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=timeout)


# --- the application -----------------------------------------------------------------------------------------------


store: Store
streams: Streams
bot: Bot
key_cache: dict[bytes, tuple[float, object]] = {}


@asynccontextmanager
async def lifespan(_app: FastAPI):
    global store, streams, bot
    sys.setswitchinterval(0.0005)  # SQLite's threads wait less for the busy event loop: about a tenth more turns
    store, streams = open_store(), Streams()
    bot = Bot(store, Knowledge(settings.KNOWLEDGE), streams)
    listener = None
    if settings.WORKERS > 1:
        listener = asyncio.create_task(listen(streams, store.engine.url, store.worker))

    # Streams have to end before uvicorn's graceful shutdown can.
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def handler(n, frame, before=before):
            loop.call_soon_threadsafe(streams.close)
            if callable(before):
                before(n, frame)

        signal.signal(number, handler)
    yield
    await bot.drain(5)
    if listener:
        listener.cancel()
        with suppress(asyncio.CancelledError):
            await listener
    await store.close()


app = FastAPI(
    title="Kalamna benchmark peer", lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None,
    telemetry={"tracing": False, "metrics": False, "logs": False},
)


@app.exception_handler(Problem)
async def problem_response(request: Request, problem: Problem) -> Response:
    status, title, english, arabic = PROBLEMS[problem.code]
    in_arabic = request.headers.get("accept-language", "").lower().startswith("ar")
    body = {
        "type": f"urn:peer:{problem.code}", "title": title, "status": status, "detail": arabic if in_arabic else english,
        "code": problem.code, "request_id": uuid7(), "errors": problem.errors,
    }
    return Response(orjson.dumps(body), status_code=status, media_type="application/problem+json")


@app.exception_handler(RequestValidationError)
async def invalid_response(request: Request, error: RequestValidationError) -> Response:
    errors = [{"field": ".".join(str(p) for p in e["loc"][1:]), "message": e["msg"]} for e in error.errors()]
    return await problem_response(request, Problem("invalid", errors))


class NewSession(BaseModel):
    name: str | None = Field(None, max_length=200)
    locale: str | None = Field(None, pattern="^(ar|en)$")


class NewMessage(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)
    client_message_id: str = Field(min_length=1, max_length=64)
    text: str = Field(min_length=1, max_length=4000)


async def bearer_hash(authorization: Annotated[str, Header()] = "") -> bytes:
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise Problem("unauthorized")
    return hashlib.sha256(secret.encode()).digest()


BearerHash = Annotated[bytes, Depends(bearer_hash)]


async def business_of(key_hash: BearerHash):
    now = asyncio.get_running_loop().time()
    cached = key_cache.get(key_hash)
    if cached and cached[0] > now:
        return cached[1]
    business = await store.business_of_key(key_hash)
    if business is None:
        raise Problem("unauthorized")
    if len(key_cache) >= 1024:
        key_cache.clear()
    key_cache[key_hash] = (now + settings.WIDGET_KEY_CACHE_SECONDS, business)
    return business


async def session_of(token_hash: BearerHash):
    session = await store.session(token_hash)
    if session is None:
        raise Problem("unauthorized")
    return session


Session = Annotated[object, Depends(session_of)]


@app.get("/healthz")
async def health() -> Response:
    return reply({"status": "ok"})


@app.post("/v1/widget/sessions")
async def create_session(business: Annotated[object, Depends(business_of)], body: NewSession) -> Response:
    token, now, session = "kst_" + secrets.token_urlsafe(32), now_ms(), uuid7()
    greeting = Message(uuid7(), 1, "bot", business.greeting, now)
    await store.add_session(
        {
            "session": session, "business": business.id, "hash": hashlib.sha256(token.encode()).digest(),
            "name": body.name, "locale": body.locale or business.locale, "now": now,
        },
        greeting,
    )
    described = {
        "id": session, "status": "active", "handling": "bot", "last_seq": 1,
        "started_at": time_text(now), "ended_at": None,
    }
    return reply({"session": described, "token": token, "messages": [message_json(greeting)]}, 201)


@app.get("/v1/widget/session")
async def get_session(session: Session) -> Response:
    business = {"name": session.name, "bot_name": session.bot_name, "locale": session.locale, "greeting": session.greeting}
    return reply({"session": session_json(session), "business": business})


@app.get("/v1/widget/session/messages")
async def get_messages(
    session: Session,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    after: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    ident = str(session.id)
    if after is not None:
        found = await store.after(ident, after, limit + 1)
        more, found = len(found) > limit, found[:limit]
    else:
        found = await store.before(ident, before or 2**31 - 1, limit + 1)
        more, found = len(found) > limit, found[:limit][::-1]
    return reply({"messages": [message_json(m) for m in found], "has_more": more})


@app.post("/v1/widget/session/messages")
async def post_message(token_hash: BearerHash, body: NewMessage) -> Response:
    message = Message(uuid7(), 0, "user", body.text, now_ms(), client_message_id=body.client_message_id)
    try:
        session = await store.append(message, hash=token_hash)
    except IntegrityError:
        stored = await store.by_client_id(token_hash, body.client_message_id)
        if stored is None:
            raise
        if stored.text != body.text:
            raise Problem("conflict") from None
        return reply(message_json(stored))
    if session is None:
        raise Problem("closed" if await store.session(token_hash) else "unauthorized")
    rendered = orjson.dumps(message_json(message))
    streams.publish(session, message.seq, message_event(message.seq, rendered))
    bot.submit(session, message.id, message.text)
    return reply(rendered, 201)


@app.get("/v1/widget/session/events")
async def get_events(
    session: Session,
    after: Annotated[int, Query(ge=0, lt=2**31)] = 0,
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    if last_event_id and last_event_id.isdigit():
        after = max(after, min(int(last_event_id), 2**31 - 1))
    return StreamingResponse(
        events(session, after),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def events(session, last: int):
    ident = str(session.id)
    queue = streams.subscribe(ident)
    try:
        described = b"event: conversation\ndata: %b\n\n" % orjson.dumps(session_json(session))
        yield b"retry: 3000\n: connected\n\n" + described
        seq, event = WAKE  # first whatever the database has
        while True:
            if seq == 0:
                yield event
            elif seq == last + 1:
                last = seq
                yield event
            elif (seq, event) == CLOSE:
                yield SHUTDOWN
                return
            elif (seq, event) == WAKE or seq > last:  # missed something: the database knows the order
                while found := await store.after(ident, last):
                    last = found[-1].seq
                    yield b"".join(message_event(m.seq, orjson.dumps(message_json(m))) for m in found)
            while True:
                try:
                    async with asyncio.timeout(settings.HEARTBEAT_SECONDS):
                        seq, event = await queue.get()
                    break
                except TimeoutError:
                    yield PING
    finally:
        streams.unsubscribe(ident, queue)
