"""Customers of a real server whose two models fail in every way of provider.py.

    chaos.py KALAMNA KALAMNA_BENCH [TURNS] [SEED]

Learns first what the built-in assistant answers to each question, since that is what a customer shall get when both models fail. Then
`kalamna-bench llm-chaos` asks and judges.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

from product import Customer, Process, Product, Provider, free_port

HERE = pathlib.Path(__file__).parent
# For the first token, of each model, in milliseconds.
DEADLINE = 2000
CUSTOMERS = 32
# As many as answer at once in one business: more would be turned away from its models, and that is not what is tested here.
PER_BUSINESS = 16
# What the bot says of itself in the tone that is set here (Phrases.swift).
PHRASES = [
    "المعلومة دي مش متوفرة عندي دلوقتي. سجلت سؤال حضرتك، ولو تحب تكلم موظف اكتب «موظف».",
    "تم تحويل حضرتك لموظف، وهيرد عليك هنا في أقرب وقت.",
]


def main() -> int:
    kalamna, bench = sys.argv[1:3]
    turns, seed = (sys.argv[3:] + ["200", "1"][len(sys.argv) - 3:])[:2]
    answers = json.loads((HERE / "answers.json").read_text(encoding="utf-8"))
    demo = json.loads((HERE / "../../Sources/CAssets/demo/knowledge.json").read_text(encoding="utf-8"))
    questions = [e["question"] for e in demo["entries"] if e.get("kind") == "faq"][:24]
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="kalamna-chaos.") as name:
        folder = pathlib.Path(name)
        provider = Process(
            [sys.executable, str(HERE / "provider.py"), str(port), seed], f"http://127.0.0.1:{port}/health", log=folder / "provider.log")
        with provider, Product(kalamna, folder, f"127.0.0.1:{port}", {"KALAMNA_LOG_LEVEL": "error"}) as product:
            emails = [f"owner{n}@shop.example" for n in range(-(-CUSTOMERS // PER_BUSINESS))]
            for email in emails:
                product.create(email, "دولاب نعمة", demo["entries"])
            product.start()
            businesses = [product.business(email) for email in emails]
            for business in businesses:
                business.settings(tone_style="neutral")
            known = set(PHRASES)
            for question in questions:
                known.add(Customer(product, businesses[0].key).ask(question).text)
            for business in businesses:
                business.no_limits(first_token_deadline=DEADLINE)
                business.register("chaos-a", Provider(port).base_url, traffic_share=100)
                business.register("chaos-b", Provider(port).base_url, traffic_share=0, fallback_rank=1)
            files = {
                "questions": "\n".join(questions), "known": json.dumps(sorted(known), ensure_ascii=False),
                "answers": json.dumps({model: answers[model] for model in ("chaos-a", "chaos-b")}, ensure_ascii=False),
            }
            for file, text in files.items():
                (folder / file).write_text(text, encoding="utf-8")
            command = [bench, "llm-chaos", "--url", product.url, "--turns", turns, "--sessions", str(CUSTOMERS), "--deadline", str(2 * DEADLINE)]
            for business in businesses:
                command += ["--key", business.key]
            for file in files:
                command += [f"--{file}", str(folder / file)]
            status = subprocess.run(command).returncode
            faults = Provider(port).counts()
            total = sum(faults.values())
            print("calls of the provider: " + ", ".join(f"{fault} {count}" for fault, count in sorted(faults.items(), key=lambda f: -f[1])))
            good = faults.get("good", 0) + faults.get("good_bytes", 0)
            print(f"{total} calls, {total - good} of them failed ({100 * (total - good) / max(1, total):.0f} %)")
            return status


if __name__ == "__main__":
    sys.exit(main())
