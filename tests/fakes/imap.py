"""A tiny IMAP server on loopback: one folder, what a reader of returned mail asks for."""

import re
import socketserver
import threading
from contextlib import contextmanager


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"* OK [CAPABILITY IMAP4rev1] ready\r\n")
        for line in self.rfile:
            tag, _, command = line.strip().partition(b" ")
            status = self.answer(command)
            self.wfile.write(tag + b" " + status + b"\r\n")
            if command.upper() == b"LOGOUT":
                return

    def answer(self, command: bytes) -> bytes:
        box, seen = self.server.messages, self.server.seen
        if command.startswith(b"LOGIN") and b'"secret"' not in command:
            return b"NO [AUTHENTICATIONFAILED] no"
        if command.startswith(b"UID SEARCH"):
            self.wfile.write(b"* SEARCH " + b" ".join(b"%d" % n for n in box if n not in seen))
            self.wfile.write(b"\r\n")
        elif found := re.match(rb"UID FETCH (\d+)", command):
            number, data = int(found[1]), box[int(found[1])]
            head = b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n" % (number, number, len(data))
            self.wfile.write(head + data + b")\r\n")
        elif found := re.match(rb"UID STORE (\d+) \+FLAGS.SILENT \(\\Seen\)", command):
            seen.add(int(found[1]))
        else:
            plain = {b"CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n", b"LOGOUT": b"* BYE\r\n"}
            self.wfile.write(plain.get(command, b""))
        return b"OK done"


@contextmanager
def imap_server(messages: dict[int, bytes]):
    """Run the server; yield it (`seen` are the messages marked as read) and its port."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.messages, server.seen = messages, set()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server, server.server_address[1]
        finally:
            server.shutdown()
