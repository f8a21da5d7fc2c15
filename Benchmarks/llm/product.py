"""Kalamna as a program uses it, for the proofs of this folder: starting it, its API, its streams. Python's own library only."""

import contextlib
import http.client
import json
import os
import pathlib
import queue
import secrets
import socket
import subprocess
import threading
import time
import urllib.request

PASSWORD = "a long password"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for(what: str, holds, seconds: float = 30, every: float = 0.05) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: not within {seconds} s")
        time.sleep(every)


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except OSError:
        return False


class Refused(Exception):
    def __init__(self, status: int, body: str):
        super().__init__(f"{status} {body[:300]}")
        self.status, self.body = status, body


class Process(contextlib.AbstractContextManager):
    """A program that ends with us."""

    def __init__(self, command: list[str], ready: str, environment: dict[str, str] | None = None, log: pathlib.Path | None = None):
        self.command, self.ready, self.environment, self.log = command, ready, environment or {}, log
        self.process: subprocess.Popen | None = None
        self.start()

    def start(self) -> None:
        with open(self.log or os.devnull, "ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log, env={**os.environ, **self.environment})
        wait_for(" ".join(self.command[:2]), lambda: self.process.poll() is not None or answers(self.ready), 60)
        if self.process.poll() is not None:
            raise SystemExit(f"{self.command[0]} ended at once; its log is {self.log}")

    def stop(self, hard: bool = False) -> None:
        if self.process:
            self.process.kill() if hard else self.process.terminate()
            self.process.wait()
            self.process = None

    def __exit__(self, *_) -> None:
        self.stop()


class Business:
    """One business, as its owner sees it."""

    def __init__(self, product: "Product", email: str, widget_key: str):
        self.product, self.email, self.key = product, email, widget_key
        self.cookie = product.log_in(email)

    def call(self, method: str, path: str, body=None):
        return self.product.call(method, path, body, {"Cookie": self.cookie})

    def settings(self, **changes) -> None:
        self.call("PATCH", "/v1/settings", changes)

    def models(self, **changes) -> None:
        self.settings(models=changes)

    def no_limits(self, **changes) -> None:
        many = 10_000_000_000
        self.models(budget={"tokens_per_message": many, "tokens_per_session": many, "tokens_per_day": many}, **changes)

    def register(self, model: str, base_url: str, **more) -> str:
        body = {"provider": "openai", "label": model, "model": model, "base_url": base_url, "is_local": True, **more}
        return self.call("POST", "/v1/models", body)["id"]

    def add_text(self, title: str, text: str) -> str:
        return self.call("POST", "/v1/knowledge", {"title": title, "content": {"kind": "text", "text": text}})["id"]

    def performance(self) -> dict:
        """Totals by label; `None` is the built-in assistant's."""
        report = self.call("GET", "/v1/models/performance")
        return {m["label"] if m.get("model_id") else None: m["total"] for m in report["models"]}


class Product(contextlib.AbstractContextManager):
    """A server on a fresh folder. Businesses are made before it starts, since one process holds the database."""

    def __init__(self, kalamna: str, folder: pathlib.Path, allowed_hosts: str, environment: dict[str, str] | None = None):
        self.kalamna, self.folder, self.port = kalamna, folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "KALAMNA_DATA_DIR": str(folder / "data"), "KALAMNA_RATE_LIMIT_SCALE": "0", "KALAMNA_LOG_LEVEL": "warning",
            "KALAMNA_SECRET_KEY": secrets.token_hex(32), "KALAMNA_ALLOWED_PRIVATE_HOSTS": allowed_hosts, **(environment or {}),
        }
        self.server: Process | None = None
        self.keys: dict[str, str] = {}

    def run(self, *arguments: str, **environment: str) -> str:
        done = subprocess.run([self.kalamna, *arguments], env={**os.environ, **self.environment, **environment}, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"kalamna {arguments[0]}: {done.stderr or done.stdout}")
        return done.stdout

    def create(self, email: str, name: str, entries: list[dict]) -> None:
        made = json.loads(self.run("business", "create", "--name", name, "--email", email, "--password", PASSWORD, "--format", "json"))
        self.keys[email] = made["widget_key"]
        file = self.folder / "knowledge.json"
        file.write_text(json.dumps({"business": name, "entries": entries}, ensure_ascii=False), encoding="utf-8")
        self.run("import", str(file), "--business", email)

    def start(self) -> None:
        command = [self.kalamna, "serve", "--port", str(self.port)]
        self.server = Process(command, self.url + "/readyz", self.environment, self.folder / "kalamna.log")

    @property
    def pid(self) -> int:
        return self.server.process.pid

    def __exit__(self, *_) -> None:
        if self.server:
            self.server.stop()

    def call(self, method: str, path: str, body=None, headers: dict[str, str] | None = None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
            connection.request(method, path, data, {"Content-Type": "application/json", **(headers or {})})
            response = connection.getresponse()
            text = response.read().decode()
            if response.status >= 300:
                raise Refused(response.status, text)
            self.cookie = (response.getheader("Set-Cookie") or "").split(";")[0]
            return json.loads(text) if text else None
        finally:
            connection.close()

    def log_in(self, email: str) -> str:
        self.call("POST", "/v1/auth/login", {"email": email, "password": PASSWORD})
        return self.cookie

    def business(self, email: str) -> Business:
        return Business(self, email, self.keys[email])


class Customer:
    """A conversation: a browserless client that reads the stream in a thread of its own."""

    def __init__(self, product: Product, key: str, name: str | None = None):
        self.product = product
        started = product.call("POST", "/v1/widget/sessions", {"name": name} if name else {}, {"Authorization": f"Bearer {key}"})
        self.session, self.token = started["session"]["id"], started["token"]
        self.events: queue.Queue = queue.Queue()
        self.connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=60)
        threading.Thread(target=self._read, daemon=True).start()
        self.sent = 0
        while self.next(30)[0] != "conversation":
            pass

    @property
    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _read(self) -> None:
        name, data = "message", ""
        try:
            self.connection.request("GET", "/v1/widget/session/events", headers=self._authorization)
            for raw in self.connection.getresponse():
                line = raw.decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    data = line[6:]
                elif not line and data:
                    self.events.put((name, json.loads(data), time.monotonic()))
                    name, data = "message", ""
        except (OSError, http.client.HTTPException, AttributeError, ValueError):
            pass  # We have left, or the server has; the reader is told by the event below.
        self.events.put(("end", {}, time.monotonic()))

    def next(self, seconds: float):
        return self.events.get(timeout=seconds)

    def send(self, text: str) -> str:
        self.sent += 1
        body = {"client_message_id": f"m{self.sent}", "text": text}
        return self.product.call("POST", "/v1/widget/session/messages", body, self._authorization)["id"]

    def close(self) -> None:
        self.product.call("POST", "/v1/widget/session/close", {}, self._authorization)

    def leave(self) -> None:
        sock = self.connection.sock
        if sock:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def reply(self, message: str, seconds: float = 90) -> "Reply":
        reply = Reply()
        deadline = time.monotonic() + seconds
        while True:
            name, data, at = self.next(max(0.1, deadline - time.monotonic()))
            if name == "delta" and data["turn_id"] == message:
                reply.first_delta = reply.first_delta or at
                reply.deltas += 1
                reply.shown += data["text"]
                reply.seen.append(reply.shown)
            elif name == "restart":
                reply.restarts += 1
                reply.shown = ""
            elif name == "message" and data.get("reply_to") == message:
                reply.message, reply.at = data, at
                return reply
            elif name == "end":
                raise RuntimeError("the stream ended")

    def ask(self, text: str, seconds: float = 90) -> "Reply":
        began = time.monotonic()
        reply = self.reply(self.send(text), seconds)
        reply.took = reply.at - began
        return reply


class Reply:
    """What a customer saw of an answer."""

    def __init__(self):
        self.message: dict = {}
        self.at = self.took = 0.0
        self.first_delta: float | None = None
        self.deltas = self.restarts = 0
        # What stands on the screen, and all that ever stood there.
        self.shown = ""
        self.seen: list[str] = []

    @property
    def text(self) -> str:
        return self.message.get("text", "")

    @property
    def is_streamed(self) -> bool:
        """What was shown is the beginning of what was stored: the model's words."""
        return self.deltas > 0 and self.shown.strip() != "" and self.text.startswith(self.shown.strip())


class Provider:
    """The scripted provider's own side."""

    def __init__(self, port: int):
        self.port, self.base_url = port, f"http://127.0.0.1:{port}/v1"

    def _call(self, method: str, path: str, body=None):
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method), timeout=10) as response:
            return json.loads(response.read())

    def script(self, model: str, *replies: dict) -> None:
        self._call("POST", f"/script/{model}", {"replies": list(replies)})

    def requests(self, model: str) -> list[dict]:
        return self._call("GET", f"/requests/{model}")

    def counts(self) -> dict[str, int]:
        return self._call("GET", "/counts")


class Checks:
    """Prints each promise with ok or FAILED."""

    def __init__(self):
        self.failed = self.passed = 0

    def check(self, promise: str, holds: bool, detail: str = "") -> None:
        self.passed, self.failed = self.passed + bool(holds), self.failed + (not holds)
        print(f"{'ok    ' if holds else 'FAILED'}  {promise}{'  (' + detail + ')' if detail else ''}", flush=True)

    def end(self) -> int:
        print(f"\n{self.passed} passed, {self.failed} failed")
        return 1 if self.failed else 0
