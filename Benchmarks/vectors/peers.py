#!/usr/bin/env python3
"""Other searches for vectors on the files of data.py: peers.py DIR ENGINE [POSTGRES_URL]

ENGINE: numpy-exact, faiss-exact, faiss-hnsw, usearch-exact, usearch-exact-i8, usearch-hnsw, pgvector-exact, pgvector-hnsw,
pgvector-tenants. One thread, the ten nearest by inner product, a query at a time. Prints lines of JSON; an HNSW index is searched
with ever more effort until 0.99 of the true neighbours are found, one line for each. pgvector-tenants asks as one of five
businesses, with the statement and the index of the product's `NearVectors`, with and without an iterative scan.
"""
import json
import pathlib
import sys
import time

import numpy as np

DIMENSIONS, LIMIT, ROUNDS, ROUND_SECONDS, TENANTS = 384, 10, 3, 3, 5
LINKS, BUILD_EFFORT, EFFORTS, ENOUGH = 16, 128, (40, 100, 200, 400, 800), 0.99


class Bench:
    def __init__(self, directory: pathlib.Path, name: str, truth: str = "truth.i32"):
        self.name = name
        self.vectors = np.memmap(directory / "vectors.f32", "<f4", "r").reshape(-1, DIMENSIONS)
        self.queries = np.fromfile(directory / "queries.f32", "<f4").reshape(-1, DIMENSIONS)
        self.truth = np.fromfile(directory / truth, "<i4").reshape(-1, LIMIT)

    def build(self, make) -> None:
        before, start = anonymous_memory(), time.perf_counter()
        self.index = make()
        self.seconds, self.memory = time.perf_counter() - start, anonymous_memory() - before

    def measure(self, search, queries, setting: str = "") -> float:
        """The lowest median and the lowest 99th percentile of three rounds after one that warms up."""
        found, asked, p50, p99 = 0, 0, np.inf, np.inf
        for round in range(ROUNDS + 1):
            times = []
            for number, query in enumerate(queries):
                if number >= 20 and sum(times) > ROUND_SECONDS:
                    break
                start = time.perf_counter()
                ids = search(query)
                times.append(time.perf_counter() - start)
                if round == 0:
                    found += len(set(map(int, ids)) & set(map(int, self.truth[number])))
                    asked += LIMIT
            if round > 0:
                times.sort()
                p50, p99 = min(p50, times[len(times) // 2] * 1e3), min(p99, times[len(times) * 99 // 100] * 1e3)
        print(json.dumps({
            "engine": self.name, "setting": setting, "vectors": len(self.vectors), "build_s": self.seconds,
            "memory_bytes": self.memory, "p50": p50, "p99": p99, "recall": found / asked}), flush=True)
        return found / asked

    def measure_efforts(self, search, queries, set_effort) -> None:
        for effort in EFFORTS:
            set_effort(effort)
            if self.measure(search, queries, f"ef={effort}") >= ENOUGH:
                break


def anonymous_memory() -> int:
    status = pathlib.Path("/proc/self/status").read_text()
    return int(status.split("RssAnon:")[1].split()[0]) * 1024


def numpy_exact(directory: pathlib.Path) -> None:
    bench = Bench(directory, "numpy, exact")

    def search(query):
        cosines = bench.index @ query
        best = np.argpartition(-cosines, LIMIT)[:LIMIT]
        return best[np.argsort(-cosines[best])]

    bench.build(lambda: np.array(bench.vectors))
    bench.measure(search, bench.queries)


def faiss_exact(directory: pathlib.Path) -> None:
    import faiss
    faiss.omp_set_num_threads(1)
    bench = Bench(directory, "faiss, exact")
    bench.build(lambda: added(faiss.IndexFlatIP(DIMENSIONS), bench.vectors))
    bench.measure(lambda query: bench.index.search(query[None], LIMIT)[1][0], bench.queries)


def faiss_hnsw(directory: pathlib.Path) -> None:
    import faiss
    faiss.omp_set_num_threads(1)
    bench = Bench(directory, "faiss, HNSW")
    index = faiss.IndexHNSWFlat(DIMENSIONS, LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = BUILD_EFFORT
    bench.build(lambda: added(index, bench.vectors))
    bench.measure_efforts(lambda query: index.search(query[None], LIMIT)[1][0], bench.queries,
                          lambda effort: setattr(index.hnsw, "efSearch", effort))


def added(index, vectors):
    for start in range(0, len(vectors), 10_000):
        index.add(np.ascontiguousarray(vectors[start:start + 10_000]))
    return index


def usearch_exact(directory: pathlib.Path, kind: str = "f32") -> None:
    from usearch.index import MetricKind, search
    bench = Bench(directory, f"usearch, exact, {kind}")

    # One scale for all, so that products of i8 rank as those of the vectors do, but for rounding.
    largest = float(np.abs(bench.vectors[:10_000]).max())

    def numbers(vectors):
        return vectors if kind == "f32" else np.clip(np.round(vectors * (127 / largest)), -127, 127).astype(np.int8)

    def make():
        rows = np.empty(bench.vectors.shape, np.float32 if kind == "f32" else np.int8)
        for start in range(0, len(rows), 10_000):
            rows[start:start + 10_000] = numbers(bench.vectors[start:start + 10_000])
        return rows

    bench.build(make)
    bench.measure(lambda query: search(bench.index, query, LIMIT, MetricKind.IP, exact=True, threads=1).keys, numbers(bench.queries))


def usearch_hnsw(directory: pathlib.Path) -> None:
    from usearch.index import Index
    bench = Bench(directory, "usearch, HNSW")
    index = Index(ndim=DIMENSIONS, metric="ip", dtype="f32", connectivity=LINKS, expansion_add=BUILD_EFFORT)

    def make():
        for start in range(0, len(bench.vectors), 10_000):
            part = np.ascontiguousarray(bench.vectors[start:start + 10_000])
            index.add(np.arange(start, start + len(part)), part, threads=1)
        return index

    bench.build(make)
    bench.measure_efforts(lambda query: index.search(query, LIMIT, threads=1).keys, bench.queries,
                          lambda effort: setattr(index, "expansion_search", effort))


def pgvector(directory: pathlib.Path, url: str, indexed: bool) -> None:
    import psycopg
    bench = Bench(directory, "pgvector, HNSW" if indexed else "pgvector, exact")
    with psycopg.connect(url, autocommit=True) as db:
        for setting in ("max_parallel_workers_per_gather = 0", "max_parallel_maintenance_workers = 0", "maintenance_work_mem = '2GB'", "jit = off"):
            db.execute(f"SET {setting}")
        db.execute("CREATE EXTENSION IF NOT EXISTS vector")
        db.execute("DROP TABLE IF EXISTS passages")
        db.execute(f"CREATE TABLE passages (id integer PRIMARY KEY, embedding vector({DIMENSIONS}))")
        start = time.perf_counter()
        with db.cursor().copy("COPY passages FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            for first in range(0, len(bench.vectors), 10_000):
                copy.write(binary_rows(first, bench.vectors[first:first + 10_000]))
            copy.write(b"\xff\xff")
        if indexed:
            db.execute("CREATE INDEX ON passages USING hnsw (embedding vector_ip_ops) "
                       f"WITH (m = {LINKS}, ef_construction = {BUILD_EFFORT})")
        bench.seconds = time.perf_counter() - start
        db.execute("VACUUM ANALYZE passages")
        bench.memory = db.execute("SELECT pg_total_relation_size('passages')").fetchone()[0]
        queries = ["[" + ",".join(map(repr, query.tolist())) + "]" for query in bench.queries]

        def search(query):
            rows = db.execute(f"SELECT id FROM passages ORDER BY embedding <#> %s::vector LIMIT {LIMIT}", (query,), prepare=True)
            return [row[0] for row in rows]

        if indexed:
            bench.measure_efforts(search, queries, lambda effort: db.execute(f"SET hnsw.ef_search = {effort}"))
        else:
            bench.measure(search, queries)


def pgvector_tenants(directory: pathlib.Path, url: str) -> None:
    import psycopg
    bench = Bench(directory, "pgvector, HNSW on halfvec, own fifth", "truth-tenants.i32")
    near, indexed = f"near::halfvec({DIMENSIONS})", f"near IS NOT NULL AND octet_length(vector) = {4 * DIMENSIONS}"
    with psycopg.connect(url, autocommit=True) as db:
        for setting in ("max_parallel_maintenance_workers = 0", "maintenance_work_mem = '2GB'", "jit = off"):
            db.execute(f"SET {setting}")
        db.execute("CREATE EXTENSION IF NOT EXISTS vector")
        db.execute("DROP TABLE IF EXISTS passages")
        db.execute('CREATE TABLE passages (business_id text COLLATE "C", id integer, model text, vector bytea, near halfvec, '
                   "PRIMARY KEY (business_id, model, id))")
        start = time.perf_counter()
        with db.cursor().copy("COPY passages FROM STDIN") as copy:
            for row, vector in enumerate(bench.vectors):
                copy.write_row((f"tenant-{row % TENANTS}", row, "m", vector.tobytes(), "[" + ",".join(f"{x:.6g}" for x in vector) + "]"))
        db.execute(f"CREATE INDEX ON passages USING hnsw (({near}) halfvec_cosine_ops) "
                   f"WITH (m = {LINKS}, ef_construction = {BUILD_EFFORT}) WHERE {indexed}")
        bench.seconds = time.perf_counter() - start
        db.execute("VACUUM ANALYZE passages")
        bench.memory = db.execute("SELECT pg_total_relation_size('passages')").fetchone()[0]
        queries = [(f"tenant-{number % TENANTS}", "[" + ",".join(map(repr, query.tolist())) + "]") for number, query in enumerate(bench.queries)]

        def search(query):
            rows = db.execute(f"SELECT id, vector FROM passages WHERE business_id = %s AND model = 'm' AND {indexed} "
                              f"ORDER BY {near} <=> %s::text::halfvec({DIMENSIONS}) LIMIT 50", query, prepare=True).fetchall()
            vectors = np.frombuffer(b"".join(row[1] for row in rows), "<f4").reshape(-1, DIMENSIONS)
            number = int(query[0][-1])
            best = np.argsort(-(vectors @ np.array(json.loads(query[1]), "<f4")))[:LIMIT]
            assert all(row[0] % TENANTS == number for row in rows)
            return [rows[place][0] for place in best]

        for scan, effort in (("off", 200), ("relaxed_order", 200), ("relaxed_order", 400)):
            db.execute(f"SET hnsw.iterative_scan = {scan}")
            db.execute(f"SET hnsw.ef_search = {effort}")
            bench.measure(search, queries, f"ef={effort}, iterative {scan}")


def binary_rows(first: int, vectors) -> bytes:
    """Rows (id, vector) in COPY's binary form."""
    form = [("fields", ">i2"), ("size", ">i4"), ("id", ">i4"), ("length", ">i4"), ("count", ">i2"), ("unused", ">i2"), ("numbers", ">f4", DIMENSIONS)]
    rows = np.zeros(len(vectors), form)
    rows["fields"], rows["size"], rows["length"], rows["count"] = 2, 4, 4 + 4 * DIMENSIONS, DIMENSIONS
    rows["id"] = np.arange(first, first + len(vectors))
    rows["numbers"] = vectors
    return rows.tobytes()


def main() -> None:
    directory, engine, *url = pathlib.Path(sys.argv[1]), *sys.argv[2:]
    engines = {
        "numpy-exact": lambda: numpy_exact(directory),
        "faiss-exact": lambda: faiss_exact(directory), "faiss-hnsw": lambda: faiss_hnsw(directory),
        "usearch-exact": lambda: usearch_exact(directory), "usearch-exact-i8": lambda: usearch_exact(directory, "i8"),
        "usearch-hnsw": lambda: usearch_hnsw(directory),
        "pgvector-exact": lambda: pgvector(directory, url[0], indexed=False),
        "pgvector-hnsw": lambda: pgvector(directory, url[0], indexed=True),
        "pgvector-tenants": lambda: pgvector_tenants(directory, url[0]),
    }
    if engine not in engines:
        sys.exit(__doc__)
    engines[engine]()


if __name__ == "__main__":
    main()
