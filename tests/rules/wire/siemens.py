"""S7comm and S7comm-plus: a session of an engineering station each, with one service in it."""

import struct

from tools import s7, s7plus
from tools.s7 import connect_confirm, connect_request, dt, pdu, setup_param
from tools.session import Tape, TcpSession, engineer, hmi, laptop, plc
from wire.exchange import Captures


def captures():
    out = Captures()
    operator_panel = 0x0202  # TSAP: type 2 connects as a panel, type 1 as a programming device

    def job(name, *calls, client=engineer, remote=operator_panel):
        """calls: (parameters, data, answer's parameters, error)."""
        tape = Tape()
        tape.resolve(client, plc)
        talk = s7.Talk(TcpSession(tape, client, plc, s7.port, 49702))
        talk.open(remote=remote)
        for param, data, answer, error in calls:
            talk.call(param, answer, data, error=error)
        talk.session.close()
        out[name] = tape.packets

    def service(name, group, sub, data=b"", code=0, times=1, **more):
        """Userdata: type 4 asks, type 8 answers; the error stands in the answer's parameters."""
        client = more.get("client", engineer)
        tape = Tape()
        tape.resolve(client, plc)
        session = TcpSession(tape, client, plc, s7.port, 49702)
        session.open()
        session.exchange(connect_request(0x0100, operator_panel), connect_confirm(0x0100, operator_panel))
        session.exchange(dt(pdu(1, 0, setup_param())), dt(pdu(3, 0, setup_param())))
        for reference in range(1, times + 1):
            ask = bytes([0, 1, 0x12, 4, 0x11, 0x40 | group, sub, 0])
            tell = bytes([0, 1, 0x12, 8, 0x12, 0x80 | group, sub, 1, 0, 0]) + struct.pack("!H", code)
            session.client(dt(pdu(7, reference, ask, b"\xff\x09" + struct.pack("!H", len(data)) + data if data else b"\x0a\0\0\0")))
            tape.wait(3)
            session.server(dt(pdu(7, reference, tell, b"\x0a\0\0\0")))
            tape.wait(20)
        session.close()
        out[name] = tape.packets

    def pi(argument, what):
        return s7.pi_service.to_bytes(1, "big") + bytes(6) + b"\xfd" + struct.pack("!H", len(argument)) + argument + bytes([len(what)]) + what

    def plain(function):
        return bytes([function])

    read = (s7.read_param(s7.item(10, 0, 4)), b"", bytes([4, 1]), 0)
    job("routine", read)
    job("stop", (b"\x29" + bytes(5) + b"\x09P_PROGRAM", b"", b"\x29", 0))
    job("start", (pi(b"", b"P_PROGRAM"), b"", b"\x28", 0))
    job("cold-start", (pi(b"C ", b"P_PROGRAM"), b"", b"\x28", 0))
    service("memory-reset", 1, 12)
    for name, kind in (("load-code", s7.function_block), ("load-hardware", "0B"), ("load-data", s7.data_block)):
        ask = s7.request_download_param(s7.file_name(kind, 1, "P"), 200, 100)
        job(name, (ask, b"", plain(0x1A), 0))
    blocks = b"\1\0" + s7.file_name(s7.function_block, 1, "P")[2:]
    job("insert", (pi(blocks, b"_INSE"), b"", b"\x28", 0))
    job("delete", (pi(blocks, b"_DELE"), b"", b"\x28", 0))
    job("compress", (pi(b"", b"_GARB"), b"", b"\x28", 0))
    job("upload", (s7.named_param(s7.start_upload, s7.file_name(s7.function_block, 1, "A")), b"", s7.start_upload_reply(7, 200), 0))
    service("nc-download", 15, 1, b"_N_MPF0001")
    service("force", 1, 9, bytes([0, 20, 0, 14]) + bytes(20) + bytes.fromhex("0001 7201 0007 0004 00090002002a"))
    service("modify", 1, 8, bytes(4))
    service("watch", 1, 2, bytes(4))
    service("breakpoint", 1, 10, bytes(4))
    service("password", 5, 1, bytes(8))
    service("guess-password", 5, 1, bytes(8), code=0xD602, times=5)
    service("wrong-password", 5, 1, bytes(8), code=0xD602)
    service("lock-alarms", 4, 7, bytes.fromhex("00 01 12 08 1a 00 01 00 00 00 01"))
    service("acknowledge-alarm", 4, 11, bytes.fromhex("00 01 12 08 19 00 00 00 00 01 00"))
    job("protected", *[(pi(b"", b"P_PROGRAM"), b"", b"\x28", 0xD241)] * 6)
    job("protected-once", (pi(b"", b"P_PROGRAM"), b"", b"\x28", 0xD241))
    service("mode-by-stranger", 4, 1, struct.pack("!HH", 0x0424, 0), client=laptop)
    service("mode-by-master", 4, 1, struct.pack("!HH", 0x0424, 0), client=hmi)
    job("programmer-by-stranger", read, client=laptop, remote=0x0102)
    job("programmer", read, remote=0x0102)
    job("panel-by-stranger", read, client=laptop)
    write = b"\x00\x04\x00\x10\x12\x34"
    job("write-outputs", (bytes([5, 1]) + s7.item(0, 0, 2, area=0x82), write, bytes([5, 1]), 0), client=hmi)
    job("write-data", (bytes([5, 1]) + s7.item(10, 0, 2), write, bytes([5, 1]), 0), client=hmi)

    def plus(name, *steps, client=engineer):
        tape = Tape()
        tape.resolve(client, s7plus.cpu)
        talk = s7plus.Talk(TcpSession(tape, client, s7plus.cpu, s7plus.port, 51033))
        talk.open("ES-0451_7830796")
        for step in steps:
            step(talk)
        talk.close()
        out[name] = tape.packets

    def state(number):
        return lambda talk: talk.set(s7plus.exec_unit, 2167, s7plus.dint(number))

    def load(talk):
        block = s7plus.object_of(0x8A0C0001, 2578, [(233, s7plus.text("Mixer")), (2521, s7plus.uint(1)), (2580, s7plus.blob(bytes(64)))])
        ask = struct.pack("!I", s7plus.program) + s7plus.udint(0) + bytes(4) + block
        talk.exchange(3, s7plus.create_object, ask, b"\x01" + s7plus.number(0x8A0C0001))

    def fetch(talk):
        ask = struct.pack("!I", s7plus.program) + b"\0\1\1\0\0" + s7plus.number(1) + s7plus.number(2580) + b"\1"
        code = s7plus.object_of(0x8A0C0001, 2578, [(2580, s7plus.blob(bytes(64)))])
        told = struct.pack("!I", s7plus.program) + s7plus.object_of(s7plus.program, 2520, [], code)
        talk.exchange(3, s7plus.explore, ask, told)

    def remove(talk):
        talk.exchange(3, s7plus.delete_object, struct.pack("!I", 0x8A0E0063) + s7plus.qualifier, struct.pack("!I", 0x8A0E0063))

    variable = [s7plus.db(1, 9)]
    plus("plus-read", lambda talk: talk.read(variable, [s7plus.real(1.5)]))
    plus("plus-stop", state(1))
    plus("plus-reset", state(2))
    plus("plus-start", state(3))
    plus("plus-unknown-mode", state(9))
    plus("plus-load", load)
    plus("plus-fetch", fetch)
    plus("plus-delete", remove)
    plus("plus-protection", lambda talk: talk.set(talk.number, 1843, s7plus.udint(1)))
    plus("plus-sign-in", lambda talk: talk.set(talk.number, 1846, s7plus.blob(bytes(range(32)))))
    plus("plus-write-by-stranger", lambda talk: talk.write(variable, [s7plus.real(1.5)]), client=laptop)
    plus("plus-write", lambda talk: talk.write(variable, [s7plus.real(1.5)]))
    return out
