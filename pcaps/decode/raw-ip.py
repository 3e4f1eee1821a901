"""The short poll without a link layer, and one poll of IPv6 among it: link type raw IP.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 3 => 14
expect: ipv6 => 5+
"""

from dataclasses import replace

from tools import modbus, pcapfile, short_poll
from tools.lab import output
from tools.session import Host, Tape, TcpSession

bare = [replace(p, data=p.data[14:], wire_length=0) for p in short_poll.packets()
        if p.data[12:14] == b"\x08\x00"]
tape = Tape(bare[-1].ns + 10**9)
left, right = Host("hmi6", "fd20::5", "02:4c:59:00:00:05"), Host("plc6", "fd20::11", "02:4c:59:00:00:11")
session = TcpSession(tape, left, right, 502, 49600)
session.open()
session.exchange(modbus.adu(1, modbus.read(3, 0, 2)), modbus.adu(1, modbus.read_words_reply(3, [1, 2])))
session.close()
bare += [replace(p, data=p.data[14:], wire_length=0) for p in tape.packets]
pcapfile.write(output(), bare, pcapfile.raw_ip)
