"""Messages of HTTP and the first of TLS, as bytes, for scripted captures (RFC 9112, RFC 8446)."""

import struct

reasons = {200: "OK", 302: "Found", 401: "Unauthorized", 404: "Not Found"}


def headers(first, body, extra):
    lines = [first, *(f"{name.replace('_', '-')}: {value}" for name, value in extra.items())]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (body or b"")


def request(method, target, host, body=None, **extra):
    return headers(f"{method} {target} HTTP/1.1", body, {"Host": host, **extra})


def response(status, body=b"", **extra):
    return headers(f"HTTP/1.1 {status} {reasons[status]}", body, extra)


def client_hello(name):
    """RFC 8446 section 4.1.2 with server_name (RFC 6066 section 3) and supported_versions."""
    host = name.encode()
    server_name = struct.pack("!HHHBH", 0, len(host) + 5, len(host) + 3, 0, len(host)) + host
    extensions = server_name + bytes.fromhex("002b0003020304")
    body = b"\3\3" + bytes(range(32)) + b"\0" + bytes.fromhex("000413011302") + b"\1\0" + struct.pack("!H", len(extensions)) + extensions
    handshake = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16\3\1" + struct.pack("!H", len(handshake)) + handshake
