#!/usr/bin/env python3
"""The Markdown table of a run: table.py RESULTS

Of an HNSW index the least effort that finds 0.99 of the true neighbours, and the one that finds 0.999 or, when none does, the last.
"""
import itertools
import json
import sys


def main() -> None:
    with open(sys.argv[1]) as file:
        results = [json.loads(line) for line in file]
    print("| vectors | search | ms p50 | ms p99 | recall@10 | build s | memory MB |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: |")
    for (vectors, engine), group in itertools.groupby(results, lambda result: (result["vectors"], result["engine"])):
        group = list(group)
        shown = [next((result for result in group if result["recall"] >= 0.99), group[-1]), group[-1]]
        for result in shown[:1] if shown[0] is shown[1] else shown:
            name = f"{engine}, {result['setting']}" if result["setting"] else engine
            print(f"| {vectors:,} | {name} | {result['p50']:.2f} | {result['p99']:.2f} | {result['recall']:.4f} | "
                  f"{result['build_s']:,.1f} | {result['memory_bytes'] / 1e6:,.0f} |")


if __name__ == "__main__":
    main()
