#!/usr/bin/env python3
"""Kalamna and its peers on the same knowledge and questions: quality and time, as one Markdown table.

A set is a pair of kb_NAME.json and questions_NAME.jsonl in one of the folders (docs/evaluation.md has the forms). Quality is
over the answerable questions, in percent; an entry that nothing speaks for is not found. Time is that of each question,
answerable or not, asked once, on one thread.
"""
import argparse
import dataclasses
import json
import pathlib
import subprocess
import sys

import peers

DEPTH = 10


@dataclasses.dataclass
class Measurement:
    """One method on one set, or (without times) on several together."""

    questions: int
    first: float
    among_five: float
    reciprocal_ranks: float
    p50: float | None = None
    p99: float | None = None
    build: float | None = None

    def __add__(self, other: "Measurement") -> "Measurement":
        return Measurement(
            self.questions + other.questions,
            self.first + other.first,
            self.among_five + other.among_five,
            self.reciprocal_ranks + other.reciprocal_ranks,
        )

    def cells(self) -> list[str]:
        shares = (self.first, self.among_five, self.reciprocal_ranks)
        quality = [f"{100 * share / max(1, self.questions):.1f}" for share in shares]
        times = ["–" if ms is None else f"{ms:.2f}" for ms in (self.p50, self.p99)]
        return quality + times + ["–" if self.build is None else f"{self.build:.0f}"]


class Set:
    def __init__(self, knowledge: pathlib.Path, questions: pathlib.Path):
        self.name = knowledge.stem.removeprefix("kb_")
        self.knowledge = knowledge
        self.file = questions
        entries = json.loads(knowledge.read_text("utf-8"))["entries"]
        self.ids = [entry["id"] for entry in entries]
        self.texts = [f"{entry['title']}\n{entry['content']}".strip() for entry in entries]
        self.questions = [json.loads(line) for line in questions.read_text("utf-8").splitlines() if line.strip()]


def sets_in(folders: list[pathlib.Path]) -> list[Set]:
    found: dict[str, Set] = {}
    for folder in folders:
        for knowledge in sorted(folder.glob("kb_*.json")):
            questions = folder / f"questions_{knowledge.stem.removeprefix('kb_')}.jsonl"
            if not questions.exists():
                print(f"{knowledge} has no {questions.name}: left out", file=sys.stderr)
                continue
            entry = Set(knowledge, questions)
            if entry.name in found:
                sys.exit(f"two sets are called {entry.name}")
            found[entry.name] = entry
    if not found:
        sys.exit(f"no kb_*.json in {' '.join(map(str, folders))}")
    return list(found.values())


def measure(peer: peers.Peer, build: float, data: Set) -> Measurement:
    ranks = []
    times = []
    for question in data.questions:
        found, ms = peer.timed_search(question["question"], DEPTH)
        times.append(ms)
        if question["answerable"]:
            ranks.append(next((rank for rank, number in enumerate(found) if data.ids[number] in question["relevant"]), None))
    peer.close()
    times.sort()
    hits = [rank for rank in ranks if rank is not None]
    return Measurement(
        questions=len(ranks),
        first=sum(rank == 0 for rank in hits),
        among_five=sum(rank < 5 for rank in hits),
        reciprocal_ranks=sum(1 / (rank + 1) for rank in hits),
        p50=times[len(times) // 2],
        p99=times[int(len(times) * 0.99)],
        build=build,
    )


def measure_kalamna(program: str, data: Set, embedder: str) -> Measurement:
    command = [program, "eval", "--knowledge", data.knowledge, "--questions", data.file, "--embedder", embedder, "--format", "json"]
    run = subprocess.run(command, stdout=subprocess.PIPE)
    if run.returncode != 0:
        sys.exit(f"kalamna eval --embedder {embedder} failed on {data.name}")
    report = json.loads(run.stdout)
    overall = report["overall"]
    answerable = sum(question["answerable"] for question in data.questions)
    if overall["n"] != answerable:
        sys.exit(f"kalamna eval counted {overall['n']} answerable questions in {data.name}, there are {answerable}")
    n = overall["n"]
    return Measurement(
        n, overall["r1"] * n, overall["r5"] * n, overall["mrr"] * n, report["ms"]["p50"], report["ms"]["p99"], report["ms"].get("build"))


def rows_of(data: Set, options: argparse.Namespace) -> dict[str, Measurement]:
    rows = {"**Kalamna**": measure_kalamna(options.kalamna, data, "none")}
    if options.kalamna_e5:
        rows["**Kalamna with e5**"] = measure_kalamna(options.kalamna, data, "e5")
    for kind in (peers.BM25, peers.BM25Snowball, peers.BM25ISRI, peers.CharacterTFIDF):
        rows[kind.name] = measure(*kind.built(data.texts), data)
    if options.postgres:
        for kind in (peers.PostgresText, peers.PostgresTextRank):
            rows[kind.name] = measure(*kind.built(data.texts, options.postgres), data)
    if options.e5:
        rows[peers.E5.name] = measure(*peers.E5.built(data.texts, options.e5), data)
    return rows


def together(names: list[str], table: dict[str, dict[str, Measurement]]) -> dict[str, Measurement]:
    sums: dict[str, Measurement] = {}
    for name in names:
        for method, measurement in table[name].items():
            sums[method] = sums.get(method, Measurement(0, 0, 0, 0)) + measurement
    return sums


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=pathlib.Path)
    parser.add_argument("--kalamna", required=True, help="the program")
    parser.add_argument("--kalamna-e5", action="store_true", help="also with --embedder e5")
    parser.add_argument("--postgres", help="URL of a database that may be written to")
    parser.add_argument("--e5", type=pathlib.Path, help="e5 alone, its vectors kept in this file; the first run embeds every text")
    parser.add_argument("--together", action="append", default=[], help="NAME,NAME,…: also these sets as one (those that are there)")
    options = parser.parse_args()

    table = {}
    for data in sets_in(options.folders):
        print(f"measuring {data.name}", file=sys.stderr)
        table[data.name] = rows_of(data, options)
    for group in options.together:
        names = [name for name in group.split(",") if name in table]
        if len(names) > 1:
            name = " + ".join(names) if len(names) < 4 else f"{len(names)} businesses together"
            table[name] = together(names, table)

    print("| set | method | n | R@1 | R@5 | MRR@10 | p50 ms | p99 ms | index ms |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, rows in table.items():
        for method, measurement in rows.items():
            print(f"| {name} | {method} | {measurement.questions} | {' | '.join(measurement.cells())} |")


if __name__ == "__main__":
    main()
