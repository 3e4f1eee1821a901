"""Modbus and UMAS: requests of an engineering station, answered."""

from tools import modbus
from tools.modbus import adu
from wire.exchange import Captures


def captures():
    out = Captures()

    def talk(name, *pairs, unit=1, **more):
        """pairs: request and answer without header; the answer is the request's echo where it is None."""
        messages = []
        for number, (ask, tell) in enumerate(pairs, 1):
            messages += [adu(number, ask, unit), adu(number, ask if tell is None else tell, unit)]
        out.tcp(name, 502, *messages, **more)

    echo = None
    talk("routine", (modbus.read(3, 0, 2), modbus.read_words_reply(3, [1, 2])), (modbus.write_register(4, 7), echo))
    talk("restart-communications", (modbus.diagnostic(1), echo))
    out.tcp("listen-only", 502, adu(1, modbus.diagnostic(4)))
    talk("clear-counters", (modbus.diagnostic(10), echo))
    talk("read-counters", (modbus.diagnostic(11), modbus.diagnostic(11, 99)))
    talk("delimiter", (modbus.diagnostic(3, 0x3B00), echo))
    talk("program-584", (bytes([13, 0, 1, 2]), bytes([13, 0, 1, 2])))
    talk("reset-link", (bytes([19]), bytes([19])))
    record = bytes([21, 9, 6, 0, 4, 0, 7, 0, 1, 0x12, 0x34])
    talk("write-file-record", (record, echo))
    talk("read-file-record", (bytes([20, 7, 6, 0, 4, 0, 7, 0, 1]), bytes([20, 4, 3, 6, 0x12, 0x34])))
    talk("coil-toggling", *((modbus.write_coil(1, i & 1), echo) for i in range(40)), gap_ms=50)
    talk("coil-switching", *((modbus.write_coil(1, i & 1), echo) for i in range(20)), gap_ms=50)
    talk("register-hammering", *((modbus.write_register(i, 0), echo) for i in range(220)), gap_ms=10)
    talk("address-scan", *((modbus.read(3, 100 * i, 1), modbus.exception(3, 2)) for i in range(15)))
    talk("wrong-address", *((modbus.read(3, 9999, 1), modbus.exception(3, 2)) for i in range(3)))
    talk("failures", *((modbus.read(3, 1, 1), modbus.exception(3, 4)) for i in range(15)))
    talk("canopen", (bytes([43, 13, 0, 1, 2, 3, 4, 5]), bytes([43, 13, 0, 1, 2, 3, 4, 5])))

    def umas(name, *pairs):
        talk(name, *((b"\x5a" + ask, b"\x5a" + tell) for ask, tell in pairs), unit=0)

    ok = b"\x17\xfe"
    umas("umas-identify", (b"\0\x02", b"\0\xfe" + bytes.fromhex("10ff 5a010100 0000 7002 0027 0009 0008 00000000") + b"\3abc"))
    umas("umas-keep-alive", (b"\x17\x12", ok))
    umas("umas-reserve", (b"\0\x10" + bytes(4) + b"\x08ENGINEER", b"\0\xfe\x17"))
    umas("umas-stop", (b"\x17\x41\xff\0", ok))
    umas("umas-start", (b"\x17\x40\xff\0", ok))
    umas("umas-download", (b"\x17\x30\0\1", ok), (b"\x17\x31\0\1\1\0\x08\0PROGRAM1", ok), (b"\x17\x32\0\1\2\0", ok))
    umas("umas-upload", (b"\x17\x33\0\1", ok), (b"\x17\x34\0\1\1\0", ok + b"\0\1\x08\0PROGRAM1"), (b"\x17\x35\0\1\2\0", ok))
    umas("umas-write-memory", (b"\x17\x21" + bytes.fromhex("00 1300 6400 0000 0400 01020304"), ok))
    peek = (b"\x17\x20" + bytes.fromhex("00 1300 6400 0000 0400"), ok + bytes.fromhex("00 0400 01020304"))
    umas("umas-read-memory", *[peek] * 25)
    umas("umas-read-once", peek)
    umas("umas-write-output", (b"\x17\x71\0\1\0\0", ok))
    umas("umas-refused", *[(b"\x42\x12", b"\x42\xfd\x81\x80")] * 15)
    return out
