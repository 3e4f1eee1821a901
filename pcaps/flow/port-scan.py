"""A laptop tries the industrial ports of sixteen addresses: most hosts do not exist, the controller
resets some ports and accepts 502, where nothing is said.

kind: S
expect: tcp.flags.syn == 1 && tcp.flags.ack == 0 => 96
expect: tcp.flags.reset == 1 => 8
expect: modbus || s7comm || iec60870_104 => 0
"""

from tools import wire
from tools.lab import output
from tools.session import Host, Tape, TcpSession, laptop, plc

ports = (102, 502, 2404, 20000, 44818, 4840)
tape = Tape()
sport = 51000
for last in range(6, 22):
    target = plc if last == 11 else Host("?", f"10.20.0.{last}", f"02:4c:59:00:00:{last:02x}")
    for port in ports:
        sport += 1
        session = TcpSession(tape, laptop, target, port, sport)
        if target is plc and port == 502:
            session.open()
            session.reset(0)
        elif target is plc or last == 12 and port in (102, 4840):
            tape.add(session.frame(0, wire.syn))
            session.next[0] += 1
            session.next[1] = 0
            tape.add(session.frame(1, wire.rst | wire.ack))
        else:
            tape.add(session.frame(0, wire.syn))
        tape.wait(3)
tape.save(output())
