"""Operations one after another, and the same ones in an order or number that means nothing."""

from tools import modbus
from tools.modbus import adu
from tools.session import engineer, laptop
from wire.controllers import sbus_telegram
from wire.exchange import Captures

ok = b"\x5a\x17\xfe"
download = [(b"\x5a\x17\x30\0\1", ok), (b"\x5a\x17\x31\0\1\1\0\x08\0PROGRAM1", ok), (b"\x5a\x17\x32\0\1\2\0", ok)]
upload = [(b"\x5a\x17\x33\0\1", ok), (b"\x5a\x17\x34\0\1\1\0", ok + b"\0\1\x08\0PROGRAM1"), (b"\x5a\x17\x35\0\1\2\0", ok)]
start, stop = [(b"\x5a\x17\x40\xff\0", ok)], [(b"\x5a\x17\x41\xff\0", ok)]
ask = b"\x5a\0\x10" + bytes(4) + b"\x08ENGINEER"
refused, accepted = [(ask, b"\x5a\0\xfd\x81\x80")], [(ask, b"\x5a\0\xfe\x17")]
write = [(modbus.write_register(4, 7), modbus.write_register(4, 7))]
write_refused = [(modbus.write_register(4, 7), modbus.exception(6, 2))]
identify = [(bytes([17]), bytes([17, 3, 1, 0xFF, 7]))]


def captures():
    out = Captures()

    def talk(name, *steps, client=engineer):
        pairs = [pair for step in steps for pair in step]
        messages = []
        for number, (question, answer) in enumerate(pairs, 1):
            messages += [adu(number, question, 0), adu(number, answer, 0)]
        out.tcp(name, 502, *messages, client=client)

    talk("load-and-start", download, start)
    talk("start-and-load", start, download)
    talk("sign-in-at-last", refused * 3, accepted)
    talk("sign-in-at-once", refused * 2, accepted, refused)
    talk("write-unsigned", refused * 3, write)
    talk("write-then-refused", write, refused * 2, write)
    talk("explore-and-write", identify * 10, write, client=laptop)
    talk("explore-little-and-write", identify * 9, write, identify, client=laptop)
    talk("change-program", upload, download)
    talk("save-program", download, upload)
    talk("stop-again", stop, start, stop)
    talk("stop-once", stop, start)
    talk("tried-until-accepted", write_refused * 5, write)
    talk("tried-little", write_refused * 4, write, write_refused)

    def sbus(name, *codes):
        parts = ((sbus_telegram(n, 0, bytes([10, code])), sbus_telegram(n, 2, b"\0\0")) for n, code in enumerate(codes, 1))
        out.udp(name, 5050, *(part for pair in parts for part in pair), sport=49400)

    firmware, run = 174, 40
    sbus("firmware-and-run", firmware, run)
    sbus("run-and-firmware", run, firmware)
    return out
