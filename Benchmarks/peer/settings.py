"""Everything the environment decides."""

import os

DATABASE_URL = os.environ.get("PEER_DATABASE_URL", "sqlite:///peer.db")
KNOWLEDGE = os.environ.get("PEER_KNOWLEDGE", "")
HOST = os.environ.get("PEER_HOST", "127.0.0.1")
PORT = int(os.environ.get("PEER_PORT", "8090"))
WORKERS = int(os.environ.get("PEER_WORKERS", "1"))
POOL_SIZE = int(os.environ.get("PEER_POOL_SIZE", "10"))
WIDGET_KEY = os.environ.get("PEER_WIDGET_KEY", "")  # a new key at every start when empty

IS_POSTGRES = DATABASE_URL.startswith("postgres")
# Least part of the question's idf weight an entry must hold to be an answer; lower answers more and abstains less.
MIN_COVERAGE = float(os.environ.get("PEER_MIN_COVERAGE", "0.15"))

HEARTBEAT_SECONDS = 15
WIDGET_KEY_CACHE_SECONDS = 60
