"""Modbus messages as bytes, for scripted captures.

Clauses: A = MODBUS Application Protocol Specification V1.1b3, T = MODBUS Messaging on TCP/IP
Implementation Guide V1.0b.
"""

import struct


def adu(tid, pdu, unit=1, protocol=0, length=None):
    """T 3.1.3, the MBAP header: transaction, protocol (0), length of what follows, unit."""
    size = len(pdu) + 1 if length is None else length
    return struct.pack("!HHHB", tid, protocol, size, unit) + pdu


def words(values):
    return struct.pack(f"!{len(values)}H", *values)


def read(function, address, quantity):
    """A 6.1 to 6.4: coils 1, discrete inputs 2, holding registers 3, input registers 4."""
    return struct.pack("!BHH", function, address, quantity)


def read_bits_reply(function, packed):
    """A 6.1, 6.2: byte count, then bits, the first in the lowest bit."""
    return bytes([function, len(packed)]) + packed


def read_words_reply(function, values):
    """A 6.3, 6.4: byte count, then registers, high byte first."""
    return bytes([function, 2 * len(values)]) + words(values)


def write_coil(address, on):
    """A 6.5: FF00 is on, 0000 is off; the reply is the same."""
    return struct.pack("!BHH", 5, address, 0xFF00 if on else 0)


def write_register(address, value):
    """A 6.6; the reply is the same."""
    return struct.pack("!BHH", 6, address, value)


def write_registers(address, values):
    """A 6.12."""
    return struct.pack("!BHHB", 16, address, len(values), 2 * len(values)) + words(values)


def write_registers_reply(address, quantity):
    """A 6.12."""
    return struct.pack("!BHH", 16, address, quantity)


def exception(function, code):
    """A 7: the function with its high bit set, then the exception code."""
    return bytes([function | 0x80, code])


def diagnostic(sub, data=0):
    """A 6.8: sub-function and a data word."""
    return struct.pack("!BHH", 8, sub, data)
