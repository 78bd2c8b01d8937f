"""A guestbook: entries in PostgreSQL, the visit counter in Redis, standard library for the rest."""

import html
import os
import socket
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
import redis


def text_of(path, default=""):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return default


def database():
    return psycopg2.connect(
        host=os.environ["DATABASE_HOST"],
        dbname=os.environ["DATABASE_NAME"],
        user=os.environ["DATABASE_USER"],
        password=text_of(os.environ["DATABASE_PASSWORD_FILE"]),
        connect_timeout=3,
    )


def cache():
    return redis.Redis(host=os.environ["CACHE_HOST"], socket_timeout=3)


GREETING = text_of("/etc/guestbook/greeting.txt", "Welcome.")
PAGE = """<!doctype html>
<meta charset="utf-8"><title>Guestbook</title>
<h1>Guestbook</h1>
<p>{greeting}</p>
<p>Visit number {visits}, served by {host}.</p>
<form method="post"><input name="line" maxlength="200" autofocus> <button>Write</button></form>
<ul>
{entries}
</ul>
"""


class Guestbook(BaseHTTPRequestHandler):
    server_version = "guestbook"

    def do_GET(self):
        if self.path == "/healthz":
            with database() as connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            cache().ping()
            return self.answer(200, "ok\n", "text/plain")
        if self.path != "/":
            return self.answer(404, "There is only one page.\n", "text/plain")
        with database() as connection, connection.cursor() as cursor:
            cursor.execute("SELECT line FROM entries ORDER BY id DESC LIMIT 100")
            entries = "\n".join(f"<li>{html.escape(row[0])}</li>" for row in cursor)
        visits = cache().incr("visits")
        self.answer(200, PAGE.format(greeting=html.escape(GREETING), visits=visits, host=socket.gethostname(),
                                     entries=entries))

    def do_POST(self):
        form = urllib.parse.parse_qs(self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode())
        line = form.get("line", [""])[0].strip()[:200]
        if line:
            with database() as connection, connection.cursor() as cursor:
                cursor.execute("INSERT INTO entries (line) VALUES (%s)", (line,))
        self.send_response(303)
        self.send_header("Location", "/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def answer(self, status, body, kind="text/html; charset=utf-8"):
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main():
    with database() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS entries (id bigserial PRIMARY KEY, line text NOT NULL)")
    print("guestbook: listening on port 8000", flush=True)
    ThreadingHTTPServer(("", 8000), Guestbook).serve_forever()


if __name__ == "__main__":
    main()
