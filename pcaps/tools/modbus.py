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


def mask_write(address, and_mask, or_mask):
    """A 6.16: a register becomes (it AND and_mask) OR (or_mask AND NOT and_mask); the reply is the same."""
    return struct.pack("!BHHH", 22, address, and_mask, or_mask)


def read_write(read_address, quantity, write_address, values):
    """A 6.17: the write is done before the read."""
    head = struct.pack("!BHHHHB", 23, read_address, quantity, write_address, len(values), 2 * len(values))
    return head + words(values)


def read_file(*groups):
    """A 6.14, groups of (file, record, length in registers): a reference of 7 bytes each, type 6."""
    body = b"".join(struct.pack("!BHHH", 6, *group) for group in groups)
    return bytes([20, len(body)]) + body


def read_file_reply(*records):
    """A 6.14: for each group its length in bytes, type 6, its registers."""
    body = b"".join(bytes([1 + 2 * len(values), 6]) + words(values) for values in records)
    return bytes([20, len(body)]) + body


def write_file(*groups):
    """A 6.15, groups of (file, record, registers); the reply is the same."""
    body = b"".join(struct.pack("!BHHH", 6, file, record, len(values)) + words(values) for file, record, values in groups)
    return bytes([21, len(body)]) + body


def read_queue(address):
    """A 6.18."""
    return struct.pack("!BH", 24, address)


def read_queue_reply(values):
    """A 6.18: bytes that follow, then how many registers."""
    return struct.pack("!BHH", 24, 2 + 2 * len(values), len(values)) + words(values)
