"""AMS packets and messages of the route service, as the Beckhoff Information System and the protocol
description of Apache PLC4X (ads-discovery.mspec) lay them out."""

import struct

station = bytes([10, 20, 0, 11, 1, 1])
engineer = bytes([10, 20, 0, 8, 1, 1])


def packet(command, body, invoke_id, port=851, answer=False, flags=4, error=0):
    """AMS/TCP header, AMS header, ADS data."""
    back = answer or command == 8  # a notification comes from the device
    target, source = ((engineer, 32900), (station, port))[:: 1 if back else -1]
    ends = struct.pack("<6sH6sH", *target, *source)
    ams = ends + struct.pack("<HHIII", command, flags | answer, len(body), error, invoke_id) + body
    return struct.pack("<HI", 0, len(ams)) + ams


def route(service, blocks, net_id):
    head = struct.pack("<III6sHI", 0x71146603, 0, service, net_id, 10000, len(blocks))
    return head + b"".join(struct.pack("<HH", tag, len(data)) + data for tag, data in blocks)
