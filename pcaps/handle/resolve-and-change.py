"""A scanner resolves identifiers over UDP, some of which do not exist; then somebody changes one over TCP without
the right to, and an administrator creates one after a challenge.

kind: S
expect: udp.port == 2641 => 8
expect: tcp.port == 2641 && tcp.len > 0 => 6
"""

from tools.handle import message, resolution, text, values
from tools.lab import output
from tools.session import Tape, TcpSession, laptop, scada, server
from tools.udp import UdpSession

tape = Tape()
tape.resolve(laptop, server)
lookups = UdpSession(tape, laptop, server, 2641, 49360)
known = "86.1000.1/pump-7"
for number, name in enumerate((known, "86.1000.1/pump-8", "88.2000.1/valve-1", "86.1000.1/pump-9")):
    # H 2.2.2.2: 1 success, 100 not found.
    answer = (1, values(name, ("URL", "https://id.example/7"))) if name == known else (100, b"")
    lookups.exchange(message(1, 0, number + 1, resolution(name)), message(1, answer[0], number + 1, answer[1]))
    tape.wait(20)
# H 3.6.2: modify a value; 400 not authorised.
intruder = TcpSession(tape, laptop, server, 2641, 49361)
intruder.open()
intruder.exchange(message(104, 0, 9, values(known, ("URL", "https://evil.example/7"))), message(104, 400, 9, text("no right")), settle=True)
intruder.close()
tape.resolve(scada, server)
owner = TcpSession(tape, scada, server, 2641, 49362)
owner.open()
created = values("86.1000.1/pump-10", ("URL", "https://id.example/10"))
owner.exchange(message(100, 0, 10, created), message(100, 402, 10, b""), settle=True)  # H 3.5: authentication needed
owner.exchange(message(200, 0, 10, text("HS_SECKEY") + text("0.NA/86.1000") + bytes([0, 0, 0, 1]) + text("proof")), message(200, 1, 10, b""), settle=True)
owner.close()
tape.save(output())
