"""EtherNet/IP: one CIP or PCCC request of an engineering station each, and its answer."""

import struct

from tools import enip
from tools.enip import answer, object_path, pccc, pccc_answer, request, tag_path
from tools.session import Tape, TcpSession, engineer, laptop, plc
from wire.exchange import Captures


def captures():
    out = Captures()

    def talk(name, *pairs, client=engineer):
        tape = Tape()
        tape.resolve(client, plc)
        conversation = enip.Talk(TcpSession(tape, client, plc, enip.port, 50203))
        conversation.start()
        for ask, tell in pairs:
            conversation.ask(ask, tell)
        conversation.end()
        out[name] = tape.packets

    def serve(name, service, path, data=b"", reply=b"", **status):
        talk(name, (request(service, path, data), answer(service, reply, **status)))

    read = (request(0x4C, tag_path("Level"), struct.pack("<H", 1)), answer(0x4C, struct.pack("<Hi", 0xC4, 7)))
    write = (request(0x4D, tag_path("Level"), struct.pack("<HHi", 0xC4, 1, 9)), answer(0x4D))
    talk("routine", read, write)
    controller, identity = object_path(0x8E, 1), object_path(1, 1)
    serve("stop", 7, controller)
    serve("start", 6, controller)
    serve("reset", 5, identity, b"\0")
    serve("factory-reset", 5, identity, b"\1")
    address = struct.pack("<IIIIIH", 0x0A140063, 0xFFFFFF00, 0x0A140001, 0, 0, 0)
    serve("set-address", 0x10, object_path(0xF5, 1, 5), address)
    serve("get-address", 0x0E, object_path(0xF5, 1, 5), b"", address)
    serve("set-port", 0x10, object_path(0xF6, 1, 6), bytes(4))
    serve("firmware", 0x4B, object_path(0xA1, 1), b"\5\x99", b"\0\0")
    serve("read-firmware", 0x4C, object_path(0xA1, 1), b"\5\x99", b"\0\0")
    routine = object_path(0x6D, 0x2351)
    serve("create-routine", 8, object_path(0x6D, 0), b"\0\0")
    serve("delete-routine", 9, routine)
    serve("read-routine", 0x4C, routine, b"\0\0", bytes(8))
    serve("lock", 0x4B, controller, b"\0\0")
    serve("security", 0x10, object_path(0x5E, 1, 3), b"\0\0")
    serve("read-security", 0x0E, object_path(0x5E, 1, 3), b"", b"\0\0")
    safety = object_path(0x39, 1)
    serve("safety-configure", 0x4E, safety, bytes(4))
    serve("safety-password", 0x50, safety, bytes(32))
    serve("safety-read", 0x0E, object_path(0x39, 1, 11), b"", b"\2")
    serve("clear-log", 0x4B, object_path(0x41, 1))
    serve("write-file", 0x4C, object_path(0x37, 200), bytes(8), bytes(8))
    serve("read-file", 0x4B, object_path(0x37, 200), b"\xff", bytes(8))
    serve("write-assembly", 0x10, object_path(4, 150, 3), b"\1\0")
    serve("read-assembly", 0x0E, object_path(4, 150, 3), b"", b"\1\0")
    talk("write-by-stranger", write, client=laptop)
    open_io = enip.forward_open(7, 99, object_path(4, 150), 1, 10_000, 0x4808, 0x4808)
    talk("second-owner", (open_io, answer(0x54, enip.triad(7) + b"\0\0", 1, (0x0106,))))
    talk("first-owner", (open_io, enip.opened(7, 98, 99, 10_000)))
    unknown = (request(0x4C, tag_path("Guess"), struct.pack("<H", 1)), answer(0x4C, b"", 4, (0,)))
    talk("tag-scan", *[unknown] * 15)
    talk("wrong-tag", *[unknown] * 3)
    talk("service-scan", *[(request(n, identity), answer(n, b"", 8)) for n in range(0x20, 0x2C)])
    talk("wrong-service", (request(0x20, identity), answer(0x20, b"", 8)))
    denied = (request(0x0E, object_path(4, 150, 9)), answer(0x0E, b"", 0x0F))
    talk("denied", *[denied] * 8)
    talk("denied-once", denied)
    serve("motor-test", 0x4F, object_path(0x42, 1), bytes(8))
    serve("axis-read", 0x4B, object_path(0x42, 1), bytes(8), bytes(8))

    def old(name, command, function, data=b"", reply=b""):
        talk(name, (pccc(command, function, data), pccc_answer(command, reply)))

    old("pccc-read", 0x0F, 0xA2, bytes([2, 7, 0x89, 0, 0]), b"\5\0")
    old("pccc-program-mode", 0x0F, 0x80, b"\1")
    old("pccc-run-mode", 0x0F, 0x80, b"\6")
    old("pccc-load", 0x0F, 0xAA, bytes([4, 2, 0x22, 0, 0]) + b"\xde\xad\xbe\xef")
    old("pccc-write", 0x0F, 0xAA, bytes([2, 7, 0x89, 0, 0]) + b"\5\0")
    old("pccc-fetch", 0x0F, 0x53)
    old("pccc-restart", 0x0F, 0x0A)
    old("pccc-outputs-off", 0x07, 0x00)
    old("pccc-clear", 0x0F, 0x57)
    old("pccc-forces", 0x0F, 0x41)
    old("pccc-table-size", 0x06, 0x08, bytes(2))
    old("pccc-reserve", 0x0F, 0x11)
    old("pccc-echo", 0x06, 0x00, b"ping", b"ping")
    return out
