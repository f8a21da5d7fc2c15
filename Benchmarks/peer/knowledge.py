"""The knowledge of one business: BM25 over entries, then the best sentences of the best entries."""

from collections import Counter
from dataclasses import dataclass
from math import log

import bm25s
import numpy as np
import orjson

import settings
from language import is_arabic, sentences, tokens

CANDIDATES = 8
MIN_COSINE = 0.55
RRF_K = 60
UNKNOWN = {
    "ar": "عذرًا، لم أجد إجابة عن هذا السؤال فيما لدي من معلومات.",
    "en": "Sorry, I could not find an answer to that in what I know.",
}


@dataclass(slots=True)
class Entry:
    id: str
    title: str
    text: str
    indexed: list[str]
    words: frozenset[str]
    sentences: list[tuple[str, frozenset[str]]]


@dataclass(slots=True)
class Answer:
    text: str
    citations: list[dict]
    outcome: str


class Knowledge:
    def __init__(self, path: str):
        data = {"business": "Business", "entries": []}
        if path:
            with open(path, "rb") as file:
                data = orjson.loads(file.read())
        self.business: str = data["business"]
        self.entries = [_entry(e) for e in data["entries"]]
        self._places = {e.id: i for i, e in enumerate(self.entries)}
        counts = Counter(w for e in self.entries for w in e.words)
        total = len(self.entries)
        self._idf = {w: log(1 + (total - n + 0.5) / (n + 0.5)) for w, n in counts.items()}
        self._unseen = log(1 + (total + 0.5) / 0.5)
        self._bm25 = None
        if self._idf:
            self._bm25 = bm25s.BM25(k1=1.2, b=0.75)
            self._bm25.index([e.indexed for e in self.entries], show_progress=False)

    def _rank(self, words: list[str]) -> list[int]:
        known = [w for w in words if w in self._idf]
        if self._bm25 is None or not known:
            return []
        scores = self._bm25.get_scores(known)
        if len(scores) > CANDIDATES:
            best = np.argpartition(scores, -CANDIDATES)[-CANDIDATES:]
            best = best[np.argsort(-scores[best], kind="stable")]
        else:
            best = np.argsort(-scores, kind="stable")
        return [int(i) for i in best if scores[i] > 0]

    def answer(self, question: str, nearest: list[tuple[str, float]] = ()) -> Answer:
        """`nearest`: (entry id, cosine similarity) from the vector index, best first; empty without one."""
        words = tokens(question)
        weights = {w: self._idf.get(w, self._unseen) for w in words}
        total = sum(weights.values()) or 1.0

        ranking = self._rank(words)
        cosine: dict[int, float] = {}
        if nearest:
            fused: Counter[int] = Counter()
            for rank, place in enumerate(ranking):
                fused[place] += 1 / (RRF_K + rank)
            for rank, (entry_id, similarity) in enumerate(nearest):
                if (place := self._places.get(entry_id)) is not None:
                    fused[place] += 1 / (RRF_K + rank)
                    cosine[place] = similarity
            ranking = [place for place, _ in fused.most_common()]

        def coverage(held: frozenset[str]) -> float:
            return sum(weight for w, weight in weights.items() if w in held) / total

        top = [(self.entries[p], coverage(self.entries[p].words), cosine.get(p, 0.0)) for p in ranking[:3]]
        top = [t for t in top if t[1] >= settings.MIN_COVERAGE or t[2] >= MIN_COSINE]
        if not top:
            return Answer(UNKNOWN["ar" if is_arabic(question) else "en"], [], "no_answer")

        scored = [
            (coverage(held) + 0.5 * whole - 0.05 * rank, rank, place)
            for rank, (entry, whole, _) in enumerate(top)
            for place, (_, held) in enumerate(entry.sentences)
        ]
        best, chosen, _ = max(scored, key=lambda s: s[0])
        entry = top[chosen][0]
        kept = sorted((s for s in scored if s[1] == chosen and s[0] >= 0.6 * best), key=lambda s: -s[0])[:3]
        text = " ".join(entry.sentences[place][0] for place in sorted(s[2] for s in kept))
        cited = [top[chosen], *(t for i, t in enumerate(top) if i != chosen)]
        citations = [
            {"item_id": e.id, "title": e.title, "score": round(min(1.0, max(whole, near)), 4)} for e, whole, near in cited
        ]
        return Answer(text, citations, "answered")


def _entry(raw: dict) -> Entry:
    title = raw.get("title") or raw.get("question") or ""
    body = raw.get("content") or raw.get("answer") or ""
    asked = raw.get("question") or ""
    heading = title if asked in ("", title) else f"{title} {asked}"
    heading_words, body_words = tokens(heading), tokens(body)
    parts = sentences(body) or [title]
    return Entry(
        id=str(raw["id"]),
        title=title,
        text=f"{heading}\n{body}",
        indexed=heading_words * 2 + body_words,  # a word of the title counts double
        words=frozenset(heading_words + body_words),
        sentences=[(s, frozenset(tokens(s))) for s in parts],
    )
