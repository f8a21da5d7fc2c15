"""Prepares the database, starts the workers and says READY with the widget key once the server answers."""

import asyncio
import hashlib
import secrets
import socket
import sys
import threading
import time
import urllib.request

import uvicorn

import settings
from app import Bot
from knowledge import Knowledge
from store import open_store
from streams import Streams


async def prepare(key: str) -> None:
    knowledge = Knowledge(settings.KNOWLEDGE)
    business = {
        "name": knowledge.business,
        "bot_name": "Peer",
        "locale": "ar",
        "greeting": f"أهلًا بك في {knowledge.business}! كيف أساعدك؟",
    }
    store = open_store()
    await store.prepare(business, hashlib.sha256(key.encode()).digest(), knowledge.entries)
    bot = Bot(store, knowledge, Streams())
    for unanswered in await store.unanswered():  # turns that a crash cut off
        bot.submit(*unanswered)
    await bot.drain()
    await store.close()


def announce(key: str) -> None:
    url = f"http://{settings.HOST}:{settings.PORT}/healthz"
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            break
        except OSError:
            time.sleep(0.05)
    print(f"READY {key}", flush=True)


def main() -> None:
    if settings.WORKERS > 1 and not settings.IS_POSTGRES:
        sys.exit("PEER_WORKERS above 1 needs PostgreSQL: the event streams meet there through LISTEN")
    socket.create_server((settings.HOST, settings.PORT)).close()  # a taken port is an error now, not after READY
    key = settings.WIDGET_KEY or "kwk_live_" + secrets.token_urlsafe(24)
    asyncio.run(prepare(key))
    threading.Thread(target=announce, args=(key,), daemon=True).start()
    uvicorn.run(
        "app:app", host=settings.HOST, port=settings.PORT, workers=settings.WORKERS, loop="uvloop", http="httptools",
        access_log=False, log_level="warning", backlog=2048, timeout_graceful_shutdown=5,
        server_header=False, date_header=False, proxy_headers=False, ws="none",
    )


if __name__ == "__main__":
    main()
