"""OPC UA messages for scripted conversations.

P: OPC 10000-6 (clauses of the encoding and the transport), S: OPC 10000-4 (services),
U: OPC 10000-14 (PubSub). Type numbers are those of NodeIds.csv.
"""

import struct

port = 4840
policy_none = "http://opcfoundation.org/UA/SecurityPolicy#None"
start_of_time = 133_800_000_000_000_000  # 100 ns since 1601, in December 2024 (P 5.2.2.5)


def u32(*values):
    return struct.pack(f"<{len(values)}I", *values)


def text(value):
    """P 5.2.2.4; None is null."""
    if value is None:
        return u32(0xFFFFFFFF)
    data = value.encode() if isinstance(value, str) else value
    return u32(len(data)) + data


def node(number_or_name, space=0):
    """P 5.2.2.9: four octets for numbers, else a string."""
    if isinstance(number_or_name, int):
        return struct.pack("<BBH", 1, space, number_or_name)
    return struct.pack("<BH", 3, space) + text(number_or_name)


def extension(kind, body):
    """P 5.2.2.15."""
    return node(kind) + b"\x01" + text(body)


no_extension = b"\0\0\0"


def array(items):
    return u32(len(items)) + b"".join(items)


def int32(value):
    """A Variant (P 5.2.2.16)."""
    return b"\x06" + struct.pack("<i", value)


def byte(value):
    return bytes([3, value])


def framed(letters, body):
    """P 7.1.2.2."""
    return letters + u32(8 + len(body)) + body


def hello(url, receive=65535):
    """P 7.1.2.3."""
    return framed(b"HELF", u32(0, receive, 65535, 0, 0) + text(url))


acknowledge = framed(b"ACKF", u32(0, 65535, 65535, 0, 0))


def error(status, reason):
    """P 7.1.2.5."""
    return framed(b"ERRF", u32(status) + text(reason))


class Conversation:
    """A client and a server on one TcpSession, over a channel without security."""

    def __init__(self, session, url="opc.tcp://10.20.0.11:4840"):
        self.session, self.url = session, url
        self.sequence, self.number, self.time = [0, 0], 0, start_of_time

    def _head(self, kind, client):
        """S 7.32 and 7.33."""
        self.time += 50_000
        stamp = struct.pack("<Q", self.time)
        if client:
            return node(kind) + b"\0\0" + stamp + u32(self.number, 0) + text(None) + u32(10_000) + no_extension
        return node(kind) + stamp + u32(self.number)

    def chunk(self, side, body, letters=b"MSGF", channel=3, step=1):
        """P 6.7.2: channel, token, sequence number, request."""
        self.sequence[side] += step
        return framed(letters, u32(channel, 1, self.sequence[side], self.number) + body)

    def request(self, kind, body):
        self.number += 1
        return self._head(kind, True) + body

    def response(self, kind, body, status=0):
        return self._head(kind, False) + u32(status) + b"\0" + text(None) + no_extension + body

    def _open(self, side, body):
        self.sequence[side] += 1
        head = u32(0 if side == 0 else 3) + text(policy_none) + text(None) + text(None)
        return framed(b"OPNF", head + u32(self.sequence[side], self.number) + body)

    def open(self):
        self.session.open()
        self.session.exchange(hello(self.url), acknowledge)
        ask = self.request(446, u32(0, 0, 1) + text(None) + u32(3_600_000))
        tell = self.response(449, u32(0, 3, 1) + struct.pack("<Q", self.time) + u32(3_600_000) + text(None))
        self.session.exchange(self._open(0, ask), self._open(1, tell))

    def ask(self, kind, body, answer, told, status=0):
        ask = self.chunk(0, self.request(kind, body))
        self.session.exchange(ask, self.chunk(1, self.response(answer, told, status)))

    def refuse(self, kind, body, status):
        self.ask(kind, body, 397, b"", status)

    def sign_in(self, user, password, status=0):
        """S 5.7.3 and 7.40.4, the password as it is."""
        token = extension(324, text("user") + text(user) + text(password) + text(None))
        body = text(None) * 4 + token + text(None) * 2
        if status:
            return self.refuse(467, body, status)
        return self.ask(467, body, 470, text(None) * 3)

    def results(self, kind, body, *statuses):
        self.ask(kind, body, kind + 3, array([u32(each) for each in statuses]) + text(None))

    def close(self):
        """P 7.1.4."""
        self.session.client(self.chunk(0, self.request(452, b""), b"CLOF"))
        self.session.close()
