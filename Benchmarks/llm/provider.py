"""A model's server of OpenAI's form that does what it is told; Python's own library only.

    provider.py PORT [SEED]

What a request gets is decided by the name of its model:

    paced      the answer of answers.json: the first token after 200 ms, then 50 tokens a second
    chaos-…    an answer of answers.json, or one of the faults of FAULTS, by chance
    any other  what POST /script/NAME said last: {"replies": [{"text": …} or {"tool": {"name": …, "arguments": {…}}}]}, in order, the last
               one again and again. A text may contain "{system}": the system text of the request

GET /requests/NAME: the bodies of its requests since its script was set. GET /counts: what was answered how often.
"""

import asyncio
import json
import pathlib
import random
import socket
import sys

ANSWERS = json.loads(pathlib.Path(__file__).with_name("answers.json").read_text(encoding="utf-8"))
FIRST_TOKEN = 0.2
TOKENS_PER_SECOND = 50

# What can go wrong, and its weight beside the others; "good" and "good_bytes" (each byte alone) are right answers. A quarter of the calls
# fail: with many more the circuit breaker would soon keep all calls away, and nothing else would be tested.
FAULTS = {
    "good": 100, "good_bytes": 15, "429": 4, "429_after": 3, "500": 4, "503": 3, "reset": 3, "hang": 3, "hang_after_head": 2, "half": 4,
    "half_done": 3, "mid_letter": 4, "wrong_json": 3, "error_inside": 2, "empty": 2, "stall": 0.4,
}

STATUS = {200: "OK", 404: "Not Found", 429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable"}
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
scripts: dict[str, list] = {}
requests: dict[str, list] = {}
counts: dict[str, int] = {}


class HangUp(Exception):
    """The connection is closed in the middle."""


def tokens(text: str) -> list[str]:
    """About what a tokenizer makes of it: words, with the blank before them."""
    words = text.split(" ")
    return words[:1] + [" " + word for word in words[1:]]


def event(data: dict | str) -> bytes:
    return b"data: " + (data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)).encode() + b"\n\n"


def piece(model: str, delta: dict, reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return event({"id": "cc-1", "object": "chat.completion.chunk", "created": 1795320000, "model": model, "choices": [choice]})


def ending(model: str, count: int, reason: str = "stop") -> bytes:
    usage = {"prompt_tokens": 900, "completion_tokens": count, "total_tokens": 900 + count}
    return piece(model, {}, reason) + event({"id": "cc-1", "model": model, "choices": [], "usage": usage}) + event("[DONE]")


class Exchange:
    """One request on a connection."""

    def __init__(self, writer: asyncio.StreamWriter):
        self.writer = writer

    def body(self, status: int, body: dict | list, headers: str = "") -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        head = f"HTTP/1.1 {status} {STATUS[status]}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n{headers}\r\n"
        self.writer.write(head.encode() + data)

    def error(self, status: int, code: str, headers: str = "") -> None:
        self.body(status, {"error": {"message": "scripted", "type": "scripted", "param": None, "code": code}}, headers)

    def chunk(self, data: bytes) -> None:
        self.writer.write(b"%x\r\n%b\r\n" % (len(data), data))

    def begin(self) -> None:
        self.writer.write(STREAM)

    def end(self) -> None:
        self.writer.write(b"0\r\n\r\n")

    async def hang_up(self) -> None:
        await self.writer.drain()
        raise HangUp

    async def paced(self, model: str) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + FIRST_TOKEN
        pieces = [piece(model, {"content": token}) for token in tokens(ANSWERS["paced"])]
        self.begin()
        self.chunk(piece(model, {"role": "assistant", "content": ""}))
        for data in pieces:
            await asyncio.sleep(max(0, due - loop.time()))
            self.chunk(data)
            due += 1 / TOKENS_PER_SECOND
        self.chunk(ending(model, len(pieces)))
        self.end()

    async def write(self, model: str, text: str, pause: float = 0.0) -> None:
        self.begin()
        pieces = tokens(text)
        for token in pieces:
            self.chunk(piece(model, {"content": token}))
            if pause:
                await asyncio.sleep(pause)
        self.chunk(ending(model, len(pieces)))
        self.end()

    def call(self, model: str, tool: dict) -> None:
        function = {"name": tool["name"], "arguments": json.dumps(tool["arguments"], ensure_ascii=False)}
        self.begin()
        self.chunk(piece(model, {"tool_calls": [{"index": 0, "id": "call_1", "type": "function", "function": function}]}))
        self.chunk(ending(model, 20, "tool_calls"))
        self.end()

    async def scripted(self, model: str, request: dict) -> None:
        requests.setdefault(model, []).append(request)
        replies = scripts.get(model)
        if not replies:
            return self.error(404, "model_not_found")
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if "tool" in reply:
            return self.call(model, reply["tool"])
        system = next((m["content"] for m in request["messages"] if m["role"] == "system"), "")
        await self.write(model, reply["text"].replace("{system}", system))

    async def chaos(self, model: str, fault: str) -> None:
        text = rng.choice(ANSWERS[model])
        pieces = [piece(model, {"content": token}) for token in tokens(text)]
        half = b"".join(pieces[: rng.randint(1, len(pieces) - 1)])
        await asyncio.sleep(rng.uniform(0.01, 0.1))
        match fault:
            case "good":
                await self.write(model, text, 0.01)
            case "good_bytes":
                self.begin()
                for byte in b"".join(pieces) + ending(model, len(pieces)):
                    self.chunk(bytes((byte,)))
                    if rng.random() < 0.01:
                        await asyncio.sleep(0.001)
                self.end()
            case "429":
                self.error(429, "rate_limit_exceeded")
            case "429_after":
                self.error(429, "rate_limit_exceeded", "Retry-After: 1\r\n")
            case "500" | "503":
                self.error(int(fault), "server_error")
            case "reset":
                self.writer.transport.abort()
                raise HangUp
            case "hang":
                await asyncio.sleep(120)
                raise HangUp
            case "hang_after_head":
                self.begin()
                self.chunk(b": still thinking\n\n")
                await asyncio.sleep(120)
                raise HangUp
            case "stall":
                self.begin()
                self.chunk(half)
                await asyncio.sleep(120)
                raise HangUp
            case "half":
                self.begin()
                self.chunk(half)
                await self.hang_up()
            case "half_done":
                # A server was seen that cuts an answer off and still says that it is done (reference §3.4).
                self.begin()
                self.chunk(half + event("[DONE]"))
                self.end()
            case "mid_letter":
                self.begin()
                data = b"".join(pieces)
                # Between the two bytes of an Arabic letter.
                cut = rng.choice([place for place in range(len(data) // 2, len(data)) if data[place] & 0xC0 == 0x80])
                self.chunk(data[:cut])
                await self.hang_up()
            case "wrong_json":
                self.begin()
                self.chunk(half + b'data: {"choices": [{"delta": \n\n' + ending(model, 1))
                self.end()
            case "error_inside":
                self.begin()
                self.chunk(half + event({"error": {"message": "scripted", "type": "server_error", "param": None, "code": None}}))
                await self.hang_up()
            case "empty":
                self.begin()
                self.chunk(ending(model, 0))
                self.end()

    async def answer(self, method: str, path: str, body: bytes) -> None:
        kind, _, name = path.strip("/").partition("/")
        if method == "POST" and path.endswith("/chat/completions"):
            request = json.loads(body)
            model = request["model"]
            if model == "paced":
                await self.paced(model)
            elif model.startswith("chaos-"):
                fault = rng.choices(list(FAULTS), FAULTS.values())[0]
                counts[fault] = counts.get(fault, 0) + 1
                await self.chaos(model, fault)
            else:
                await self.scripted(model, request)
        elif method == "POST" and kind == "script":
            scripts[name], requests[name] = json.loads(body)["replies"], []
            self.body(200, {})
        elif kind == "requests":
            self.body(200, requests.get(name, []))
        elif kind == "counts":
            self.body(200, counts)
        elif kind == "health":
            self.body(200, {})
        else:
            self.error(404, "not_found")


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ")
            fields = dict(line.lower().split(": ", 1) for line in head[1:] if ": " in line)
            body = await reader.readexactly(int(fields.get("content-length", 0)))
            await Exchange(writer).answer(method, path, body)
            await writer.drain()
    except (HangUp, asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), backlog=1024, limit=1 << 22)
    print("listening", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
