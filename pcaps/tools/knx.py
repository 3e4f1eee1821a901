"""KNXnet/IP messages as bytes, for scripted captures.

Clauses: N = KNX Standard 3.8; E = 3.6.3 External Message Interface.
"""

import struct

port = 3671


def message(service, body):
    """N 3.8.1, 4.2: size, version, service, length."""
    return struct.pack("!BBHH", 6, 0x10, service, 6 + len(body)) + body


def endpoint(host, sport):
    """N 3.8.1, 7.5.1."""
    return struct.pack("!BB4BH", 8, 1, *map(int, host.ip.split(".")), sport)


def telegram(code, destination, application, data=b"", group=True, source=0):
    """E 4.1.5: a group or a device, the service in ten bits, then its data."""
    return struct.pack("!BBBBHHBBB", code, 0, 0xBC, 0xE0 if group else 0x60, source, destination, 1 + len(data), application >> 8, application & 255) + data


def tunnel(service, channel, sequence, body):
    """N 3.8.4, 2.3."""
    return message(service, struct.pack("!BBBB", 4, channel, sequence, 0) + body)


def open_tunnel(session, layer=2, channel=7):
    me = endpoint(session.hosts[0], session.ports[0])
    there = endpoint(session.hosts[1], port)
    session.exchange(
        message(0x205, me + me + bytes([4, 4, layer, 0])), message(0x206, bytes([channel, 0]) + there + bytes([4, 4, 0x11, 0xFA]))
    )


def ask(session, sequence, body, channel=7, service=0x420):
    session.exchange(tunnel(service, channel, sequence, body), tunnel(service + 1, channel, sequence, b""))


def tell(session, sequence, body, channel=7, service=0x420):
    session.server(tunnel(service, channel, sequence, body))
    session.client(tunnel(service + 1, channel, sequence, b""))
