"""A few messages between two hosts as the packets of one capture."""

import pathlib
import struct

from tools import pcapfile, wire
from tools.session import Tape, TcpSession, engineer, plc
from tools.udp import UdpSession

pcaps = pathlib.Path(__file__).resolve().parents[3] / "pcaps"


class Captures(dict):
    """name -> packets."""

    def steps(self, name, session, tape, messages, gap_ms):
        """messages: bytes go alternately from client and server; (side, bytes) say whose they are; None is a turn
        left out; a list goes in one direction."""
        side = 0
        for message in messages:
            if isinstance(message, tuple):
                side, message = message
            for part in message if isinstance(message, list) else [message]:
                if part is not None:
                    session.data(side, part)
                    tape.wait(gap_ms)
            side = 1 - side
        self[name] = tape.packets

    def tcp(self, name, port, *messages, client=engineer, server=plc, sport=49700, gap_ms=5):
        tape = Tape()
        tape.resolve(client, server)
        session = TcpSession(tape, client, server, port, sport)
        session.open()
        self.steps(name, session, tape, messages, gap_ms)
        session.close()

    def udp(self, name, port, *messages, client=engineer, server=plc, sport=49700, gap_ms=5):
        tape = Tape()
        tape.resolve(client, server)
        self.steps(name, UdpSession(tape, client, server, port, sport or port), tape, messages, gap_ms)

    def frames(self, name, *frames, gap_ms=5):
        tape = Tape()
        for frame in frames:
            tape.add(frame)
            tape.wait(gap_ms)
        self[name] = tape.packets

    def moved(self, name, capture, **addresses):
        """A capture of pcaps/ in which hosts have other addresses, given as a_b_c_d="e.f.g.h"."""
        table = {wire.ip(old[1:].replace("_", ".")): wire.ip(new) for old, new in addresses.items()}
        _, packets = pcapfile.read(pcaps / f"{capture}.pcap")
        self[name] = [pcapfile.Packet(packet.ns, readdressed(packet.data, table)) for packet in packets]


def readdressed(frame, table):
    """An untagged Ethernet frame of IPv4 with other ends and right checksums; any other as it is."""
    if frame[12:14] != b"\x08\0":
        return frame
    words, protocol, length = frame[14] & 15, frame[23], struct.unpack_from("!H", frame, 16)[0]
    source, target = (table.get(frame[at : at + 4], frame[at : at + 4]) for at in (26, 30))
    head = frame[14:24] + b"\0\0" + source + target + frame[34 : 14 + 4 * words]
    head = head[:10] + struct.pack("!H", wire.checksum(head)) + head[12:]
    body, at = frame[14 + 4 * words : 14 + length], 16 if protocol == wire.protocol_tcp else 6
    body = body[:at] + b"\0\0" + body[at + 2 :]
    pseudo = source + target + struct.pack("!BBH", 0, protocol, len(body))
    body = body[:at] + struct.pack("!H", wire.checksum(pseudo + body)) + body[at + 2 :]
    return frame[:14] + head + body
