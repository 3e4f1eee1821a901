"""What an attacker sends to a device's web server: smuggled requests, a path above the root, a split answer, an overlong header, a tunnel.

kind: S
expect: http.request => 6+
"""

from tools.lab import output
from tools.session import Tape, TcpSession, laptop, plc

tape = Tape()
tape.resolve(laptop, plc)


def talk(sport, *exchanges):
    session = TcpSession(tape, laptop, plc, 80, sport)
    session.open()
    for asked, told in exchanges:
        session.client(asked)
        tape.wait(3)
        if told:
            session.server(told)
            tape.wait(20)
    session.close()


def answer(status, body=b"", *headers):
    lines = [f"HTTP/1.1 {status}", "Server: GoAhead-Webs", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def ask(line, *headers, body=b""):
    return "\r\n".join([line, "Host: 10.20.0.11", *headers]).encode() + b"\r\n\r\n" + body


ok, bad = answer("200 OK", b"ok"), answer("400 Bad Request")
# RFC 9112 6.1, 11.2: a body framed twice hides a request from one of two readers.
hidden = b"0\r\n\r\nGET /admin HTTP/1.1\r\nHost: 10.20.0.11\r\n\r\n"
talk(41001, (ask("POST / HTTP/1.1", f"Content-Length: {len(hidden)}", "Transfer-Encoding: chunked", body=hidden), ok + ok))
talk(41002, (ask("POST / HTTP/1.1", "Content-Length: 4", "Content-Length: 6", body=b"abcd"), bad))
talk(41003, (ask("POST / HTTP/1.1", "Transfer-Encoding: \x0bchunked"), bad))
talk(41004, (ask("POST / HTTP/1.1", "Transfer-Encoding: chunked", body=b"-4\r\nabcd\r\n"), bad))
talk(41005, (ask("POST / HTTP/1.1", "Content-Length: -1"), bad))
talk(41006, (ask("GET /cgi-bin/%2e%2e/..%5c../etc/passwd HTTP/1.1"), answer("200 OK", b"root:x:0:0::/:/bin/sh\n")))
talk(41007, (ask("GET /go?to=x%0d%0aSet-Cookie:%20session=1 HTTP/1.1"), answer("302 Found", b"", "Location: /x")))
talk(41008, (ask("GET / HTTP/1.1", "X: " + "A" * 20_000), bad))
talk(41009, (b"GET / HTTP/1.1\r\n\r\n", ok))
# RFC 9110 9.3.6: what follows is no longer HTTP.
talk(41010, (ask("CONNECT 10.20.0.21:502 HTTP/1.1"), b"HTTP/1.1 200 Connection established\r\n\r\n"),
     (bytes.fromhex("000100000006010300000001"), bytes.fromhex("00010000000501030200ff")))
tape.save(output())
