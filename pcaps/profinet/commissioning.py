"""An engineering station finds all stations, makes one flash, gives it a name and an address.

kind: S
expect: pn_dcp.service_id == 5 && pn_dcp.service_type == 0 => 1
expect: pn_dcp.service_id == 5 && pn_dcp.service_type == 1 => 2
expect: pn_dcp.service_id == 4 && pn_dcp.service_type == 0 => 4
expect: pn_dcp.service_id == 3 => 2
expect: pn_dcp.service_id == 6 => 1
"""

from tools import profinet, wire
from tools.lab import output
from tools.session import Host, Tape, engineer, plc

drive = Host("drive", "0.0.0.0", "02:4c:59:00:00:31")
tape = Tape()


def send(src, dst, payload, ms=3):
    tape.add(wire.ether(src.mac, dst if isinstance(dst, str) else dst.mac, profinet.ethertype, payload))
    tape.wait(ms)


def identity(name, kind, device, role, address, info):
    """Blocks as IEC 61158-6-10 4.3.1.4 has them in a response."""
    return (
        profinet.block(profinet.name_of_station, name, 0)
        + profinet.block(profinet.type_of_station, kind, 0)
        + profinet.block(profinet.device_id, bytes.fromhex("002a") + device, 0)
        + profinet.block(profinet.role, bytes([role, 0]), 0)
        + profinet.ip_block(*address, info)
    )


ours = (plc.ip, "255.255.255.0", "0.0.0.0")
none = ("0.0.0.0", "0.0.0.0", "0.0.0.0")
send(engineer, profinet.multicast, profinet.dcp(profinet.identify, 0, 0x4C590001, profinet.block(profinet.everything), 1))
send(plc, engineer, profinet.dcp(profinet.identify, 1, 0x4C590001, identity(b"plc-1", b"S7-1500", b"\x01\x0e", 2, ours, 1)))
send(drive, engineer, profinet.dcp(profinet.identify, 1, 0x4C590001, identity(b"", b"SINAMICS G120", b"\x05\x07", 1, none, 0)))

flash = profinet.block(profinet.signal, bytes([1, 0]), 0)
send(engineer, drive, profinet.dcp(profinet.set_, 0, 0x4C590002, flash))
send(drive, engineer, profinet.set_answer(0x4C590002, profinet.signal))
name = profinet.block(profinet.name_of_station, b"drive-31", 1)
send(engineer, drive, profinet.dcp(profinet.set_, 0, 0x4C590003, name))
send(drive, engineer, profinet.set_answer(0x4C590003, profinet.name_of_station))
address = profinet.ip_block("10.20.0.31", "255.255.255.0", "10.20.0.1", 1)
send(engineer, drive, profinet.dcp(profinet.set_, 0, 0x4C590004, address))
send(drive, engineer, profinet.set_answer(0x4C590004, profinet.ip_parameter))
wanted = bytes(profinet.name_of_station + profinet.ip_parameter)
send(engineer, drive, profinet.dcp(profinet.get, 0, 0x4C590005, wanted))
told = profinet.block(profinet.name_of_station, b"drive-31", 0) + profinet.ip_block("10.20.0.31", "255.255.255.0", "10.20.0.1", 1)
send(drive, engineer, profinet.dcp(profinet.get, 1, 0x4C590005, told), 900)
# 4.3.1.3: after a restart a station may say hello by itself.
send(drive, "01:0e:cf:00:00:01", profinet.dcp(profinet.hello, 0, 1, profinet.block(profinet.name_of_station, b"drive-31", 0)))
# A station in operation may refuse (4.3.1.4.12: error 6).
send(engineer, plc, profinet.dcp(profinet.set_, 0, 0x4C590006, profinet.block(profinet.name_of_station, b"plc-9", 1)))
send(plc, engineer, profinet.set_answer(0x4C590006, profinet.name_of_station, 6))
tape.save(output())
