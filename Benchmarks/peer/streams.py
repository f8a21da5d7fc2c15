"""Publish and subscribe inside the process, and across workers through PostgreSQL LISTEN."""

import asyncio
from collections import defaultdict

import asyncpg

WAKE = (-1, b"")  # read the database: something may have been missed
CLOSE = (-2, b"")
QUEUE_LIMIT = 256


class Streams:
    def __init__(self):
        self._queues: defaultdict[str, set[asyncio.Queue]] = defaultdict(set)
        self._closing = False

    def subscribe(self, session: str) -> asyncio.Queue:
        queue = asyncio.Queue()
        if self._closing:
            queue.put_nowait(CLOSE)
        self._queues[session].add(queue)
        return queue

    def unsubscribe(self, session: str, queue: asyncio.Queue) -> None:
        queues = self._queues[session]
        queues.discard(queue)
        if not queues:
            del self._queues[session]

    def publish(self, session: str, seq: int, event: bytes) -> None:
        """seq 0: an ephemeral event."""
        for queue in self._queues.get(session, ()):
            if queue.qsize() >= QUEUE_LIMIT:  # a slow reader: it reads the database when it comes back
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(WAKE)
            else:
                queue.put_nowait((seq, event))

    def wake(self, session: str | None = None) -> None:
        for queues in [self._queues.get(session, ())] if session else list(self._queues.values()):
            for queue in queues:
                queue.put_nowait(WAKE)

    def close(self) -> None:
        self._closing = True
        for queues in self._queues.values():
            for queue in queues:
                queue.put_nowait(CLOSE)


async def listen(streams: Streams, url, worker: str) -> None:
    """Wakes the streams of sessions in which another worker stored a message. Runs until cancelled."""

    def heard(_connection, _pid, _channel, payload: str) -> None:
        if not payload.startswith(worker):
            streams.wake(payload[len(worker) :])

    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            connection = await asyncpg.connect(dsn)
            try:
                lost = asyncio.Event()
                connection.add_termination_listener(lambda _: lost.set())
                await connection.add_listener("peer", heard)
                streams.wake()  # whatever was said while nobody listened
                await lost.wait()
            finally:
                connection.terminate()
        except (OSError, asyncpg.PostgresError):
            pass
        await asyncio.sleep(1)
