"""FT1.2 link frames of IEC 60870-5-101 and -103, and the poll of an unbalanced line, as serial gateways
carry them in TCP.

Clauses: L1 = IEC 60870-5-1:1990 6.2.4.2, L2 = IEC 60870-5-2:1992 5.1, A = IEC 60870-5-101:2003,
P = IEC 60870-5-103:1997.
"""

port = 10001  # a gateway's own choice; no port is registered
prm, fcb, fcv, acd = 0x40, 0x20, 0x10, 0x20  # L2 5.1.2
ack = bytes([0xE5])  # L1: the single character


def fixed(control, address=1):
    """L1: 10, control, address of one octet, sum modulo 256, 16."""
    return bytes([0x10, control, address, (control + address) & 0xFF, 0x16])


def variable(control, asdu, address=1):
    """L1: 68 L L 68, control, address, user data, sum, 16."""
    inner = bytes([control, address]) + asdu
    return bytes([0x68, len(inner), len(inner), 0x68]) + inner + bytes([sum(inner) & 0xFF, 0x16])


class Line:
    """The primary station polls one secondary station over a session (L2 Tables 1 and 2)."""

    def __init__(self, session, tape, address=1):
        self.session, self.tape, self.address, self.count = session, tape, address, 1

    def control(self, function):
        bits = prm | fcv | (fcb if self.count else 0) | function
        self.count ^= 1
        return bits

    def step(self, request, response):
        self.session.exchange(request, response, think_ms=30)
        self.tape.wait(200)

    def start(self):
        self.step(fixed(prm | 9, self.address), fixed(11, self.address))  # status of link
        self.step(fixed(prm | 0, self.address), ack)  # reset of remote link

    def poll(self, asdu=None, demand=False):
        """Request of class 2; no data is the single character (L2 6.1.3)."""
        bits = acd if demand else 0
        answer = ack if asdu is None else variable(8 | bits, asdu, self.address)
        self.step(fixed(self.control(11), self.address), answer)

    def class_1(self, asdu):
        self.step(fixed(self.control(10), self.address), variable(8, asdu, self.address))

    def send(self, asdu):
        self.step(variable(self.control(3), asdu, self.address), ack)

    def broadcast(self, asdu):
        self.session.client(variable(prm | 4, asdu, 255))
        self.tape.wait(200)
