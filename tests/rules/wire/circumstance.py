"""From where, how often and with what success things are done, whatever the protocol."""

from tools import modbus
from tools.modbus import adu
from tools.session import Host, Tape, TcpSession, engineer, hmi, laptop, plc, rtu
from wire.exchange import Captures

outside = Host("outside", "203.0.113.9", "02:4c:59:00:00:fe")
cloud = Host("cloud", "198.51.100.7", "02:4c:59:00:00:fd")


def captures():
    out = Captures()
    read = modbus.read(3, 0, 2), modbus.read_words_reply(3, [1, 2])
    write = modbus.write_register(4, 7), modbus.write_register(4, 7)
    reset = modbus.diagnostic(1), modbus.diagnostic(1)

    def talk(name, *pairs, unit=1, **more):
        messages = []
        for number, (ask, tell) in enumerate(pairs, 1):
            messages += [adu(number, ask, unit), None if tell is None else adu(number, tell, unit)]
        out.tcp(name, 502, *messages, **more)

    talk("inside", read, write)
    talk("write-from-outside", write, client=outside)
    talk("read-from-outside", read, client=outside)
    talk("read-to-outside", read, client=hmi, server=cloud)
    talk("unanswered", *[(modbus.write_register(n, 7), None) for n in range(10)], gap_ms=5000)
    talk("unanswered-once", (modbus.write_register(1, 7), None), read, read)
    talk("refused", *[(modbus.write_register(n, 7), modbus.exception(6, 6)) for n in range(15)])
    talk("refused-twice", *[(modbus.write_register(n, 7), modbus.exception(6, 6)) for n in range(2)])
    talk("reset-by-stranger", reset, client=laptop)

    def several(name, hosts, pair):
        tape = Tape()
        for number, host in enumerate(hosts):
            session = TcpSession(tape, engineer, host, 502, 49730 + number)
            session.open()
            session.exchange(adu(1, pair[0]), adu(1, pair[1]))
            session.close()
            tape.wait(1000)
        out[name] = tape.packets

    plants = [Host(f"plc{n}", f"10.20.1.{n}", f"02:4c:59:00:01:{n:02x}") for n in range(1, 61)]
    several("reset-everywhere", plants[:6], reset)
    several("reset-twice", [plc, rtu], reset)
    identify = bytes([17]), bytes([17, 3, 1, 0xFF, 7])
    several("identify-everywhere", plants, identify)
    pieces = [(b"\x5a\x17\x33\0\1", b"\x5a\x17\xfe")]
    talk("fetch", *pieces, unit=0)
    reserve = b"\x5a\0\x10" + bytes(4) + b"\x08ENGINEER", b"\x5a\0\xfd\x81\x80"
    talk("sign-in-guess", *[reserve] * 6, unit=0)
    talk("sign-in-refused", reserve, unit=0)
    talk("fetch-everything", *pieces * 30, unit=0)
    return out
