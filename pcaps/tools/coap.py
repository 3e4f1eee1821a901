"""CoAP messages (RFC 7252 section 3)."""

port = 5683
con, non, ack, rst = range(4)
get, post, put, delete = 1, 2, 3, 4
created, deleted, changed, content, unauthorized, not_found = 0x41, 0x42, 0x44, 0x45, 0x81, 0x84
observe, uri_path, content_format, uri_query, block1 = 6, 11, 12, 15, 27


def number(value):
    """Section 3.2: as few octets as it needs."""
    return value.to_bytes((value.bit_length() + 7) // 8, "big")


def nibble(value):
    return (value, b"") if value < 13 else (13, bytes([value - 13])) if value < 269 else (14, (value - 269).to_bytes(2, "big"))


def message(kind, code, ident, token=b"", options=(), payload=b""):
    made = bytes([0x40 | kind << 4 | len(token), code]) + ident.to_bytes(2, "big") + token
    last = 0
    for option, value in sorted(options, key=lambda o: o[0]):
        data = value.encode() if isinstance(value, str) else number(value) if isinstance(value, int) else value
        (step, more), (size, longer) = nibble(option - last), nibble(len(data))
        made += bytes([step << 4 | size]) + more + longer + data
        last = option
    return made + (b"\xff" + payload if payload else b"")


def path(text):
    return [(uri_path, part) for part in text.strip("/").split("/")]
