"""Changes to a list of packets: what a mirror port, a filter or a snap length does to traffic."""

import struct
from dataclasses import replace
from datetime import datetime, timezone

from tools import wire

# Every capture begins here, so that a remade one differs only in its spacing.
start_of_capture = int(datetime(2026, 3, 2, 8, tzinfo=timezone.utc).timestamp()) * 10**9


def rebase(packets, start=start_of_capture):
    """The first packet moves to `start`; the spacing stays."""
    if not packets:
        return packets
    shift = start - packets[0].ns
    return [replace(p, ns=p.ns + shift) for p in packets]


def dropped(packets, indices):
    """Without the packets at these indices: what the mirror port lost."""
    gone = set(indices)
    return [p for i, p in enumerate(packets) if i not in gone]


def kept(packets, test):
    return [p for p in packets if test(p.data)]


def cut(packets, length):
    return [p.cut(length) for p in packets]


def tagged(packets, *tags):
    """802.1Q tags put between the addresses and the type; (tag protocol id, vlan, priority)."""
    out = []
    for p in packets:
        tag = b"".join(struct.pack("!HH", kind, prio << 13 | vlan) for kind, vlan, prio in tags)
        out.append(replace(p, data=p.data[:12] + tag + p.data[12:], wire_length=0))
    return out


def swapped(packets, i, j):
    """Two packets change places and keep the times of the places: reordering on the way."""
    out = list(packets)
    out[i] = replace(packets[j], ns=packets[i].ns)
    out[j] = replace(packets[i], ns=packets[j].ns)
    return out


def from_ip(address):
    return lambda frame: (wire.addresses(frame) or ("",))[0] == address


def behind_payloads(packets, count):
    """From behind the count-th packet that carries TCP payload: a session already under way."""
    for index, packet in enumerate(packets):
        count -= bool(wire.tcp_payload(packet.data))
        if not count:
            return packets[index + 1 :]
    return []
