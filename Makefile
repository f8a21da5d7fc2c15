# Every verb of this project. The README needs two: make demo, make test.
SHELL := /bin/bash
RELEASE := .build/release/kalamna
# What `make release` leaves: without symbols, to be copied anywhere.
BINARY := .build-release/kalamna
# SQLite goes into the binary; the Swift runtime too. libpq is loaded when PostgreSQL is configured.
STATIC := --static-swift-stdlib -Xlinker -L$(CURDIR)/.build-static
PYTHON := .build-python/bin/python

.PHONY: demo test build release lint format test-crash test-streams test-contract test-llm test-browser bench-turns bench-llm bench-retrieval bench-search bench-vectors bench-dialogues bench-experiments train fuzz clean bench-program

demo: release
	$(BINARY) demo

build:
	Scripts/install.sh build
	swift build

# One self-contained binary.
release: .build-static/libsqlite3.a
	Scripts/install.sh build
	swift build -c release $(STATIC) --product kalamna
	mkdir -p $(dir $(BINARY))
	strip -s -o $(BINARY) $(RELEASE)

.build-static/libsqlite3.a:
	Scripts/install.sh build
	mkdir -p .build-static
	ln -sf "$$(find /usr/lib -name libsqlite3.a | head -n 1)" $@

# Everything: both engines, HTTP, the contract, and short forms of the crash and stream tests.
test:
	Scripts/install.sh test
	Scripts/test.sh

lint:
	swift format lint --strict --recursive --parallel Sources Tests Benchmarks Package.swift

format:
	swift format --in-place --recursive --parallel Sources Tests Benchmarks Package.swift

# 100 kills on each engine.
test-crash:
	Scripts/install.sh test
	swift build --product kalamna
	swift build --product kalamna-bench
	KILLS=$${KILLS:-100} Scripts/crash.sh

# 1,000 cuts of a stream, and a reader that does not read.
test-streams:
	Scripts/install.sh test
	swift build --product kalamna
	swift build --product kalamna-bench
	CUTS=$${CUTS:-1000} Scripts/streams.sh

# The server against its own OpenAPI description.
test-contract:
	Scripts/install.sh test
	swift build --product kalamna
	EXAMPLES=$${EXAMPLES:-100} Scripts/contract.sh

# The widget in a real browser, on a page of another site.
test-browser:
	Scripts/install.sh test
	swift build --product kalamna
	Scripts/browser.sh

# A real model server from PyPI behind the whole product.
test-llm:
	Scripts/install.sh test
	swift build --product kalamna
	swift build --product kalamna-bench
	Scripts/test-llm.sh

# What an answer of a model loses on its way through Kalamna, beside FastAPI with LangChain.
bench-llm: release bench-program
	KALAMNA=$(CURDIR)/$(BINARY) BENCH=$(CURDIR)/.build/release/kalamna-bench Benchmarks/bench-llm.sh

bench-program: .build-static/libsqlite3.a
	Scripts/install.sh test
	swift build -c release $(STATIC) --product kalamna-bench

# Search at 1,000 and 50,000 passages, building an index, understanding a message.
bench-search: bench-program
	.build/release/kalamna-bench search

# Vectors beside faiss, usearch and pgvector.
bench-vectors: bench-program
	Benchmarks/bench-vectors.sh

# Follow-up questions with and without what was said before.
bench-dialogues: bench-program
	.build/release/kalamna-bench dialogues

# False and missed verdicts of experiments, by simulation.
bench-experiments: bench-program
	.build/release/kalamna-bench experiments

bench-turns: release
	Scripts/install.sh test
	swift build -c release $(STATIC) --product kalamna-bench
	KALAMNA=$(CURDIR)/$(BINARY) BENCH=$(CURDIR)/.build/release/kalamna-bench Benchmarks/bench-turns.sh

# Ours beside bm25s, PostgreSQL full text, character TF-IDF: quality and time.
bench-retrieval: release
	Scripts/install.sh test
	KALAMNA=$(CURDIR)/$(BINARY) Benchmarks/bench-retrieval.sh

# What is trained: first what the words tell, then, with that compiled in, how sure an answer is.
train: release
	Scripts/fetch-e5.sh
	$(RELEASE) train
	swift build -c release $(STATIC) --product kalamna
	$(RELEASE) train-confidence --sets Benchmarks/retrieval

# Ten minutes of hostile Unicode.
fuzz: .build-static/libsqlite3.a
	swift build -c release $(STATIC) --product kalamna-bench
	BENCH=$(CURDIR)/.build/release/kalamna-bench Scripts/fuzz.sh

clean:
	rm -rf .build .build-static .build-python .build-release .build-llm-venv
