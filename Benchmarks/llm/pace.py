"""The runs and the table of bench-llm.sh."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from product import Process, Product, Provider, free_port

HERE = pathlib.Path(__file__).parent
# As many as answer at once in one business: 64 streams are those of four.
PER_BUSINESS = 16


def measure(bench: str, name: str, url: str, *target: str, sessions: str, seconds: str, burst: bool = False) -> dict[int, dict]:
    command = [bench, "llm", "--url", url, "--questions", str(HERE / "questions.txt"), "--sessions", sessions, "--seconds", seconds, *target]
    print(f"measuring {name}{', all at once' if burst else ''}", file=sys.stderr, flush=True)
    done = subprocess.run(command + (["--burst"] if burst else []), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name}: {done.stderr}")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    for result in results:
        if result["errors"] or result["unstreamed"]:
            print(f"{name}, {result['sessions']}: {result['unstreamed']} not streamed, {result['problems']}", file=sys.stderr)
    return {result["sessions"]: result for result in results}


def rows(name: str, here: dict[int, dict], direct: dict[int, dict], burst: bool) -> None:
    for sessions, result in here.items():
        def added(what: str, percentile: str) -> str:
            return f"{result[what][percentile] - direct[sessions][what][percentile]:.1f}"

        cells = [
            name, f"{sessions}{', all at once' if burst else ''}", f"{result['first']['p50']:.1f}", added("first", "p50"), added("first", "p99"),
            added("last", "p50"), added("last", "p99"), str(result["answers"]), str(result["errors"] + result["unstreamed"]),
            f"{result['rss'] / 1024:.0f}" if result.get("rss") else "–",
        ]
        print("| " + " | ".join(cells) + " |")


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("kalamna", "bench", "sessions", "seconds"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--peer")
    options = parser.parse_args()
    runs = {"sessions": options.sessions, "seconds": options.seconds}
    most = max(map(int, options.sessions.split(",")))
    bursts = {"sessions": str(most), "seconds": options.seconds, "burst": True}
    results: dict[str, tuple[dict, dict]] = {}

    answers = json.loads((HERE / "answers.json").read_text(encoding="utf-8"))
    knowledge = json.loads((HERE / "../../Sources/CAssets/demo/knowledge.json").read_text(encoding="utf-8"))
    knowledge["entries"] += answers["knowledge"]
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="kalamna-bench.") as name:
        folder = pathlib.Path(name)
        provider = Process([sys.executable, str(HERE / "provider.py"), str(port)], f"http://127.0.0.1:{port}/health", log=folder / "provider.log")
        with provider:
            url = f"http://127.0.0.1:{port}"
            results["provider"] = tuple(measure(options.bench, "the provider itself", url, "--direct", "paced", **r) for r in (runs, bursts))

            with Product(options.kalamna, folder, f"127.0.0.1:{port}", {"KALAMNA_LOG_LEVEL": "error"}) as product:
                emails = [f"owner{n}@shop.example" for n in range(-(-most // PER_BUSINESS))]
                for email in emails:
                    product.create(email, knowledge["business"], knowledge["entries"])
                product.start()
                keys: list[str] = []
                for email in emails:
                    business = product.business(email)
                    business.no_limits()
                    business.register("paced", Provider(port).base_url)
                    keys += ["--key", business.key]
                keys += ["--pid", str(product.pid)]
                results["Kalamna"] = tuple(measure(options.bench, "Kalamna", product.url, *keys, **r) for r in (runs, bursts))

            if options.peer:
                results["FastAPI + LangChain"] = run_peer(options, folder, knowledge, port, runs, bursts)

    print(f"Milliseconds; {os.cpu_count()} processors, shared by server, provider and client.\n")
    print("| | streams | first word p50 | added p50 | added p99 | last word: added p50 | added p99 | answers | errors | RSS MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for number in (0, 1):
        for name, result in results.items():
            rows(name, result[number], results["provider"][number], burst=number == 1)


def run_peer(options, folder: pathlib.Path, knowledge: dict, port: int, runs: dict, bursts: dict) -> tuple[dict, dict]:
    file, own = folder / "peer.json", free_port()
    file.write_text(json.dumps(knowledge, ensure_ascii=False), encoding="utf-8")
    environment = {
        "PEER_DATABASE_URL": f"sqlite:///{folder}/peer.db", "PEER_KNOWLEDGE": str(file), "PEER_PORT": str(own),
        "PEER_WIDGET_KEY": "kwk_live_bench", "PEER_MODEL_URL": f"http://127.0.0.1:{port}/v1", "LANGSMITH_TRACING": "false",
    }
    with Process([options.peer, str(HERE / "peer.py")], f"http://127.0.0.1:{own}/healthz", environment, folder / "peer.log") as peer:
        target = ("--key", "kwk_live_bench", "--pid", str(peer.process.pid))
        return tuple(measure(options.bench, "FastAPI + LangChain", f"http://127.0.0.1:{own}", *target, **r) for r in (runs, bursts))


if __name__ == "__main__":
    main()
