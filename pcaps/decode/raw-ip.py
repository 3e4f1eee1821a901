"""The short poll without a link layer, and one poll of IPv6 among it: link type raw IP.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 3 => 14
expect: ipv6 => 5+
"""

from dataclasses import replace

from tools import modbus, pcapfile, short_poll
from tools.lab import output
from tools.session import Host, Tape, TcpSession, hmi, plc

bare = [replace(p, data=p.data[14:], wire_length=0) for p in short_poll.packets()
        if p.data[12:14] == b"\x08\x00"]
tape = Tape(bare[-1].ns + 10**9)
left, right = Host("hmi", "fd20::5", hmi.mac), Host("plc", "fd20::11", plc.mac)
session = TcpSession(tape, left, right, 502, 49600)
session.open()
reply = modbus.read_words_reply(3, [1, 2])
session.exchange(modbus.adu(1, modbus.read(3, 0, 2)), modbus.adu(1, reply))
session.close()
bare += [replace(p, data=p.data[14:], wire_length=0) for p in tape.packets]
pcapfile.write(output(), bare, pcapfile.raw_ip)
