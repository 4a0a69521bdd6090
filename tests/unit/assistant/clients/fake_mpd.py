"""A Music Player Daemon on loopback that plays nothing."""

from __future__ import annotations

import shlex
import socketserver
import threading


class FakeMpd:
    """`told`: commands with their arguments, in order."""

    def __init__(self, greeting: str = "OK MPD 0.23.5") -> None:
        self.told: list[list[str]] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(f"{greeting}\n".encode())
                for line in self.rfile:
                    self.wfile.write(outer._answer(shlex.split(line.decode())).encode())

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, words: list[str]) -> str:
        self.told.append(words)
        match words:
            case ["search", "any", query]:
                return "file: a/one.flac\nTitle: One\nfile: a/two.flac\nOK\n" if "beat" in query else "OK\n"
            case ["listplaylists"]:
                return "playlist: Ann\nLast-Modified: 2026\nplaylist: Party\nOK\n"
            case ["currentsong"]:
                return "file: a/one.flac\nTitle: One\nArtist: The Beat\nOK\n"
            case ["status"]:
                return "volume: 70\nstate: play\nOK\n"
            case ["next"]:
                return "ACK [55@0] {next} Not playing\n"
        return "OK\n"
