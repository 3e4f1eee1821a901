"""A few messages between two hosts as the packets of one capture."""

from tools.session import Tape, TcpSession, engineer, plc
from tools.udp import UdpSession


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
