"""PCOM messages as bytes, for scripted captures.

P = Unitronics, PCOM Protocol; N = pcom-discover for Nmap; R = RICADO.Unitronics for .NET.
"""

import struct

port = 20256


def tcp(mode, number, text):
    """P, TCP header: low octet first."""
    return struct.pack("<HBBH", number, mode, 0, len(text)) + text


def ascii_message(number, body, answer=False, check=None):
    """P: a slash, unit and command, the sum of these in two digits, a carriage return."""
    total = sum(body.encode()) & 0xFF if check is None else check
    return tcp(101, number, ("/A" if answer else "/").encode() + body.encode() + f"{total:02X}\r".encode())


def binary_message(number, command, data=b"", unit=1, answer=False):
    """P: a head of 24 octets with the complement of its sum, data with theirs, a backslash."""
    address = bytes([0xFE, unit]) if answer else bytes([unit, 0xFE])
    head = b"/_OPLC" + address + b"\x01\x01\0\0" + bytes([command | answer << 7]) + bytes(7) + struct.pack("<H", len(data))

    def check(octets):
        return struct.pack("<H", -sum(octets) & 0xFFFF)

    return tcp(102, number, head + check(head) + data + check(data) + b"\\")
