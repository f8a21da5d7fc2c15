"""A Kalamna server of our own, that can be killed and started again, and a shop's site on another origin."""

import http.cookiejar
import http.server
import json
import os
import pathlib
import socket
import subprocess
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).parents[2]
EMAIL, PASSWORD = "owner@shop.example", "a long password"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Kalamna:
    """`front`, when given, is a proxy before the server (for work on the pages without a build); its server listens on `port`."""

    def __init__(self, folder, binary, port=None, front=None):
        self.binary, self.port = binary, port or free_port()
        self.url = front or f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "KALAMNA_DATA_DIR": f"{folder}/data",
            "KALAMNA_RATE_LIMIT_SCALE": "0",
            "KALAMNA_LOG_LEVEL": "error",
        }
        made = json.loads(
            self.run("business", "create", "--name", "دولاب نعمة", "--email", EMAIL, "--password", PASSWORD, "--format", "json")
        )
        self.key = made["widget_key"]
        self.run("import", "Sources/CAssets/demo/knowledge.json", "--business", EMAIL)
        self.cookies = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def run(self, *arguments):
        done = subprocess.run([self.binary, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self):
        self.process = subprocess.Popen([self.binary, "serve", "--port", str(self.port)], cwd=ROOT, env=self.environment)
        for _ in range(400):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=1)
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def admin(self, method, path, body=None):
        """What the owner does in the dashboard."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method, headers={"Content-Type": "application/json"},
            data=None if body is None else json.dumps(body).encode(),
        )
        with self.cookies.open(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def log_in(self):
        self.admin("POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD})

    def allow(self, origin):
        """The site may embed the chat."""
        keys = self.admin("GET", "/v1/keys")
        self.admin("PATCH", f"/v1/keys/{keys[0]['id']}", {"allowed_origins": [origin]})


class Site:
    """A shop's site: any path is the page with the widget. Its policy allows our script and our frame, and nothing else."""

    def __init__(self, kalamna, port=None):
        page = (pathlib.Path(__file__).parent / "host.html").read_text()
        page = page.replace("{{widget}}", kalamna.url).replace("{{key}}", kalamna.key).encode()
        self.port = port or free_port()
        # The same page under another name is another site: an empty frame to compare ours with.
        self.empty = f"http://127.0.0.1:{self.port}/empty"
        policy = f"default-src 'none'; script-src {kalamna.url}; frame-src {kalamna.url} {self.empty}; img-src 'self'; require-trusted-types-for 'script'"

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                found = not self.path.startswith("/icon")
                self.send_response(200 if found else 204)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                if found:
                    self.wfile.write(b"<!doctype html><title>empty</title>" if self.path == "/empty" else page)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        # Another site than 127.0.0.1, so that the frame is a third party with storage of its own.
        self.url = f"http://localhost:{self.port}"
