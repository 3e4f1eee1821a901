"""3E frames of the MC protocol, in octets and in digits (Mitsubishi Electric SH(NA)-080008, chapter 4)."""

import struct


def request(command, subcommand, data=b"", timer=16):
    body = struct.pack("<HHH", timer, command, subcommand) + data
    return bytes.fromhex("5000 00ff ff03 00") + struct.pack("<H", len(body)) + body


def response(data=b"", end=0):
    body = struct.pack("<H", end) + data
    return bytes.fromhex("d000 00ff ff03 00") + struct.pack("<H", len(body)) + body


def device(code, number):
    return number.to_bytes(3, "little") + bytes([code])


def text_request(command, subcommand, data=""):
    body = f"0010{command:04X}{subcommand:04X}{data}"
    return f"500000FF03FF00{len(body):04X}{body}".encode()


def text_response(data="", end=0):
    body = f"{end:04X}{data}"
    return f"D00000FF03FF00{len(body):04X}{body}".encode()
