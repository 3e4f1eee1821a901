"""The short poll as a mirror of one direction shows it: requests, never an answer.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: ip.src == 10.20.0.11 => 0
expect: modbus.func_code == 3 => 6
"""

from pathlib import Path

from tools import edit, pcapfile
from tools.lab import output
from tools.session import hmi

source = Path(__file__).with_name("poll-short.pcap")
packets = edit.kept(pcapfile.read(source)[1], edit.from_ip(hmi.ip))
pcapfile.write(output(), edit.rebase(packets))
