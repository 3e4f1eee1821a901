"""Controllers with protocols of their makers: one service of an engineering station each, answered."""

import struct

from tools import ads, fins, melsec, pcom
from tools.session import laptop
from wire.exchange import Captures


def captures():
    out = Captures()
    omron(out)
    mitsubishi(out)
    codesys(out)
    beckhoff(out)
    ge(out)
    unitronics(out)
    saia(out)
    triconex(out)
    phoenix(out)
    return out


def omron(out):
    def ask(name, command, data=b"", told=b""):
        out.udp(f"fins-{name}", 9600, fins.frame(command, data), fins.response(command, told))

    program = struct.pack("!HIH", 0, 0, 8)
    ask("read", 0x0101, fins.memory(0x82, 100, 1), b"\0\7")
    ask("stop", 0x0402)
    ask("run", 0x0401, bytes.fromhex("ffff04"))
    ask("load", 0x0307, program + b"PROGRAM1", program)
    ask("clear", 0x0308, bytes.fromhex("ffff00"))
    ask("fetch", 0x0306, program, program + b"PROGRAM1")
    ask("parameters", 0x0202, bytes.fromhex("8010 0000 8001 1234"))
    ask("protect-clear", 0x0305, bytes.fromhex("ffff00 00000000 ffffffff 00000000"))
    ask("clear-log", 0x2103)
    ask("read-log", 0x2102, bytes(4), bytes(6))
    ask("force", 0x2301, bytes.fromhex("0001 0001 30 000005"))
    ask("cancel-forces", 0x2302)
    ask("access", 0x0C01, bytes.fromhex("ffff00"))


def mitsubishi(out):
    def ask(name, command, data=b"", told=b"", sub=0, end=0, times=1):
        pair = melsec.request(command, sub, data), melsec.response(told, end)
        out.tcp(f"melsec-{name}", 5007, *pair * times)

    ask("read", 0x0401, melsec.device(0xA8, 100) + struct.pack("<H", 1), b"\7\0")
    ask("stop", 0x1002, struct.pack("<H", 1))
    ask("pause", 0x1003, struct.pack("<H", 1))
    ask("run", 0x1001, struct.pack("<HBB", 1, 0, 0))
    ask("reset", 0x1006, struct.pack("<H", 1))
    ask("write-file", 0x1829, bytes(12))
    ask("read-file", 0x1828, bytes(8), bytes(8))
    ask("set-address", 0x0E31, bytes(32))
    ask("unlock", 0x1631, struct.pack("<H", 4) + b"1234")
    ask("guess", 0x0401, melsec.device(0xA8, 100) + struct.pack("<H", 1), end=0xC200, times=6)
    ask("wrong-password", 0x0401, melsec.device(0xA8, 100) + struct.pack("<H", 1), end=0xC200)
    ask("clear-error", 0x1617)


def codesys(out):
    def datagram(service, body, back=False):
        ends = [bytes.fromhex("2ddc0a14000b"), bytes.fromhex("c0d20a140008")]
        receiver, sender = ends[::-1] if back else ends
        return bytes([0xC5, 0x6B, 0x40, service, 0, 0x33]) + receiver + sender + b"\0\0" + body

    def block(data):
        return struct.pack("<II", 0xE8170100, 8 + len(data)) + data

    def tag(number, content):
        head = bytes([number & 0x7F | 0x80, number >> 7]) if number > 0x7F else bytes([number])
        return head + bytes([len(content)]) + content

    def service(group, number, tags, index, back=False):
        body = struct.pack("<HHHHIII", 0xCD55, 16, group | 0x80 * back, number, 0x4711, len(tags), 0) + tags
        head = struct.pack("<BBHIIII", 1, 0x01 if back else 0x81, 5, index, index - 1, len(body), 0)
        return block(datagram(0x40, head + body, back))

    opening = struct.pack("<BBHIIII", 0xC3, 0, 0x0101, 0, 77, 4096, 8)
    opened = struct.pack("<BBHIIHHII", 0x83, 0, 0x0101, 0, 77, 0, 5, 4096, 8)
    channel = [block(datagram(0x40, opening)), block(datagram(0x40, opened, back=True))]
    ok = tag(0x01, b"\0\0")

    def ask(name, group, number, tags, told=ok, times=1):
        pairs = []
        for index in range(1, times + 1):
            pairs += [service(group, number, tags, index), service(group, number, told, index, back=True)]
        out.tcp(f"codesys-{name}", 11740, *channel, *pairs)

    application = tag(0x11, bytes(4))
    ask("status", 2, 0x14, tag(0x81, application), b"")
    ask("stop", 2, 0x11, application)
    ask("start", 2, 0x10, application)
    ask("reset-warm", 2, 0x12, application + tag(0x10, b"\0\0"))
    ask("reset-origin", 2, 0x12, application + tag(0x10, b"\2\0"))
    ask("download", 2, 0x05, application)
    ask("delete", 2, 0x04, application)
    ask("boot-project", 2, 0x23, application)
    ask("breakpoint", 2, 0x13, application)
    ask("release-forces", 2, 0x20, application)
    ask("shell", 0x11, 1, tag(0x10, b"mem\0"), b"")
    ask("write-file", 8, 2, tag(0x01, b"PlcLogic/Application/Application.app\0"))
    ask("read-file", 8, 5, tag(0x01, b"PlcLogic/Application/Application.app\0"))
    user = tag(0x22, b"\1\0") + tag(0x81, tag(0x10, b"admin\0") + tag(0x11, b"secret\0\0"))
    granted, refused = tag(0x82, tag(0x20, b"\0\0") + tag(0x21, b"\x11\x47\0\0")), tag(0x82, tag(0x20, b"\x19\0"))
    ask("sign-in", 1, 2, user, granted)
    ask("guess", 1, 2, user, refused, times=6)
    ask("fetch", 2, 0x35, application, b"")

    def short(body):
        return b"\xbb\xbb" + struct.pack("<HH", len(body), 0) + body

    identity = b"\1" + bytes(58) + b"Linux".ljust(32, b"\0") + b"2.6.39".ljust(32, b"\0") + b"LW-750 Controller".ljust(32, b"\0")
    hello = short(b"\1"), short(identity)
    name, data = b"DEFAULT.PRG", bytes(16)
    load = short(b"\x2f\1\0" + struct.pack(">H", len(name) + len(data) + 2) + b"\0" + name + b"\0\xcd" + data)
    out.tcp("codesys2-login", 2455, *hello)
    out.tcp("codesys2-write-file", 2455, *hello, load, short(b"\x2f\0"))

    def shell(command):
        body = b"\x92" + bytes(4) + command + b"\0"
        return b"\xcc\xcc\x01\0" + struct.pack("<H", len(body)) + bytes(10) + b"\1\0\0\0#" + struct.pack("<H", len(body)) + b"\0" + body

    out.tcp("codesys2-shell-reset", 2455, *hello, shell(b"reset"))
    out.tcp("codesys2-shell-help", 2455, *hello, shell(b"?"))
    out.tcp("codesys2-read-file", 2455, *hello, short(b"\x31" + name + b"\0"), short(b"\x31\0"))


def beckhoff(out):
    def ask(name, command, data, told=bytes(4), port=10000):
        out.tcp(f"ads-{name}", 48898, ads.packet(command, data, 1, port), ads.packet(command, told, 1, port, answer=True))

    def system(group, offset, data, length=4):
        return struct.pack("<IIII", group, offset, length, len(data)) + data

    ok = bytes(4)
    ask("state", 4, b"", ok + struct.pack("<HH", 5, 0))
    for number, name in ((6, "stop"), (16, "config"), (5, "start"), (2, "reset")):
        ask(name, 5, struct.pack("<HHI", number, 0, 0))
    net_id = ads.engineer
    wanted = [(12, b"ENGINEER\0"), (7, net_id), (13, b"Administrator\0"), (2, b"1\0"), (5, b"10.20.0.8\0")]
    out.udp("ads-route", 48899, ads.route(6, wanted, net_id), ads.route(0x80000006, [(1, bytes(4))], ads.station))
    ask("write-file", 9, system(123, 3, bytes(range(32))), ok + struct.pack("<I", 0))
    ask("delete-file", 9, system(131, 0, b"C:\\TwinCAT\\Boot\\old.app\0", 0), ok + struct.pack("<I", 0))
    process = struct.pack("<III", 8, 0, 0) + b"calc.exe\0\0\0"
    ask("start-process", 3, struct.pack("<III", 500, 0, len(process)) + process)
    ask("registry", 3, struct.pack("<III", 200, 0, 16) + b"Software\0Value\0\1")
    ask("target-info", 2, struct.pack("<III", 700, 1, 4), ok + struct.pack("<I", 4) + bytes(4))


def ge(out):
    def request(sequence, service, selector=0, offset=0, length=0, data=b""):
        made = bytearray(56)
        made[0], made[2], made[9], made[17], made[30], made[31] = 2, sequence, 1, 1, sequence, 0xC0
        made[36:42] = b"\x10\x0e\0\0\x01\x01"
        made[42:48] = struct.pack("<BBHH", service, selector, offset, length)
        made[48 : 48 + len(data)] = data
        return bytes(made)

    def response(sequence):
        made = bytearray(56)
        made[0], made[2], made[17], made[30], made[31] = 3, sequence, 1, sequence, 0xD4
        made[40:44] = bytes([1, 1, 0, 0])
        made[50:56] = b"\xff\x02\x30\x00\x1c\x00"
        return bytes(made)

    start = bytes(56), b"\x01" + bytes(55)
    services = {"status": 0, "run-stop": 35, "privilege": 33, "load": 64, "store": 63, "toggle-force": 68, "clear-faults": 57}
    for name, service in services.items():
        out.tcp(f"srtp-{name}", 18245, *start, request(1, service), response(1))


def unitronics(out):
    def ask(name, text, told, **more):
        out.tcp(f"pcom-{name}", pcom.port, pcom.ascii_message(1, text), pcom.ascii_message(1, told, True), **more)

    ask("clock", "00RC", "00RC0030120228112623")
    ask("stop", "00CCS", "00CC")
    ask("start", "00CCR", "00CC")
    ask("reset", "00CCE", "00CC")
    ask("unit-id", "00US02", "00US")
    write = "00SW0001010001", "00SW"
    ask("write", *write)
    ask("write-by-stranger", *write, client=laptop)


def sbus_telegram(sequence, attribute, body):
    octets = struct.pack("!IBBHB", 11 + len(body), 1, 0, sequence, attribute) + body
    value = 0
    for octet in octets:
        value ^= octet << 8
        for _ in range(8):
            value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return octets + struct.pack("!H", value)


def saia(out):
    def ask(name, body, attribute=2, told=b"\0\0"):
        out.udp(f"sbus-{name}", 5050, sbus_telegram(1, 0, body), sbus_telegram(1, attribute, told), sport=49400)

    ask("read", bytes([10, 6, 1, 0, 100]), 1, struct.pack("!II", 42, 43))
    ask("stop", bytes([10, 68]))
    ask("write-line", bytes([10, 36, 0, 0, 0, 0, 0, 0]))
    for name, code in {"run": 40, "single-step": 119, "flashcard": 173, "firmware": 174, "accumulator": 80}.items():
        ask(name, bytes([10, code]))
    ask("read-line", bytes([10, 31, 0, 0, 0, 0]), 1, bytes(8))


def triconex(out):
    def message(kind, body=b""):
        octets = struct.pack("<HH", kind, len(body)) + body
        value = 0
        for octet in octets:
            value ^= octet
            for _ in range(8):
                value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
        return octets + struct.pack("<H", value)

    def command(way, code, data=b""):
        return message(5, bytes([way, way, code, 1, 0, 0]) + struct.pack("<HH", code + 11 + len(data), 10 + len(data)) + data)

    def ask(name, code, data, answer, told=b"", **more):
        out.udp(f"triconex-{name}", 1502, message(1), message(2), command(0, code, data), command(1, answer, told), sport=49380, **more)

    ask("status", 0x13, b"", 0x6C, bytes(24))
    ask("halt", 0x15, b"", 0x64)
    ask("run", 0x14, b"", 0x64)
    ask("download", 0x01, b"CHANGE".ljust(16, b"\0"), 0x66)
    ask("upload", 0x41, bytes(8), 0xA2, b"PROGRAM ".ljust(32))
    ask("enable-points", 0x11, b"", 0x64)
    ask("scan-time", 0x09, bytes(4), 0x64)
    ask("status-by-stranger", 0x13, b"", 0x6C, bytes(24), client=laptop)


def phoenix(out):
    session = 0x4C

    def request(command, number, body):
        return struct.pack("!BBHHI", 1, command, 10 + len(body), number, 0x7880) + body

    def answer(command, number, body=b""):
        head = struct.pack("!HHHHH", 1, 0, 0, 2, 0) + struct.pack("!H", session) + body
        return struct.pack("!BBHH", 0x81, command, 6 + len(head), number) + head

    def ask(name, service):
        body = struct.pack("!HH", service, 0)
        message = struct.pack("!HHHH", session, 0, 6, len(body)) + body
        told = struct.pack("!HHH", service | 0x8000, 1, 0)
        fetched = struct.pack("!HHH", 0, 6, len(told)) + told
        node = b"IBETH01N0_M\0"
        out.tcp(
            f"pcworx-{name}", 1962, request(1, 0, struct.pack("!HH", 3, len(node)) + node), answer(1, 0, b"\0\0"),
            request(5, 1, message), answer(5, 1), request(6, 2, struct.pack("!HH", session, 0x0400)), answer(6, 2, fetched),
        )  # fmt: skip

    ask("read-error", 0x0316)
    ask("stop", 0x1303)
    ask("load", 0x0306)
