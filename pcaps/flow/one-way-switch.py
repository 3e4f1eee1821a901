"""A mirror that loses one direction for a while: both, then requests only, then both again.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: modbus.func_code == 3 && ip.src == 10.20.0.5 => 60
expect: modbus.func_code == 3 && ip.src == 10.20.0.11 => 30+
"""

from pathlib import Path

from tools import edit, pcapfile
from tools.lab import output
from tools.session import plc

source = Path(__file__).parents[1] / "modbus" / "poll.pcap"
packets = pcapfile.read(source)[1]
start = packets[0].ns
answers = edit.from_ip(plc.ip)
dark = range(20 * 10**9, 40 * 10**9)
pcapfile.write(output(), [p for p in packets if not (p.ns - start in dark and answers(p.data))])
