#!/usr/bin/env python3
"""The Markdown table of a run: table.py RESULTS

Of an HNSW index the least effort that finds 0.99 of the true neighbours, or the last. The ratio is the time beside Kalamna's
on the same vectors: of all, or of one business of five.
"""
import itertools
import json
import sys


def main() -> None:
    with open(sys.argv[1]) as file:
        results = [json.loads(line) for line in file]
    ours = {(result["vectors"], "fifth" in result["engine"]): result["p50"] for result in results if result["engine"].startswith("Kalamna")}
    print("| vectors | search | ms p50 | ms p99 | × Kalamna | recall@10 | build s | memory MB |\n| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for (vectors, engine), group in itertools.groupby(results, lambda result: (result["vectors"], result["engine"])):
        group = list(group)
        # What is measured in two ways is shown in both.
        shown = group if "fifth" in engine else [next((result for result in group if result["recall"] >= 0.99), group[-1])]
        for result in shown:
            name = f"{engine}, {result['setting']}" if result["setting"] else engine
            base = ours.get((vectors, "fifth" in engine))
            ratio = f"{result['p50'] / base:.1f}" if base else ""
            print(f"| {vectors:,} | {name} | {result['p50']:.2f} | {result['p99']:.2f} | {ratio} | {result['recall']:.4f} | "
                  f"{result['build_s']:,.1f} | {result['memory_bytes'] / 1e6:,.0f} |")


if __name__ == "__main__":
    main()
