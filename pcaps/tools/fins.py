"""Omron FINS messages as bytes, for scripted captures.

Clauses: W = Omron W342, Communications Commands Reference Manual; E = W421, FINS/TCP.
"""

import struct


def frame(command, data=b"", to=11, source=5, sid=1, wants_response=True):
    """W 3-3-2: ICF, RSV, GCT, DNA, DA1, DA2, SNA, SA1, SA2, SID, then the command code."""
    icf = 0x80 if wants_response else 0x81
    return bytes([icf, 0, 2, 0, to, 0, 0, source, 0, sid]) + struct.pack("!H", command) + data


def response(command, data=b"", code=0, to=5, source=11, sid=1):
    """W 3-3-2: the same with the response bit, addresses turned around, and a response code (5-1-3)."""
    return bytes([0xC0, 0, 2, 0, to, 0, 0, source, 0, sid]) + struct.pack("!HH", command, code) + data


def memory(area, address, count, bit=0):
    """W 5-2-2: area, word, bit; then the number of elements."""
    return struct.pack("!BHBH", area, address, bit, count)


def tcp(body, command=2, error=0):
    """E 7-4-2: FINS, the length of what follows it, command, error."""
    return b"FINS" + struct.pack("!III", len(body) + 8, command, error) + body
