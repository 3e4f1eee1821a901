"""The short poll from its eleventh frame on: the connection is older than the capture.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: tcp.flags.syn == 1 => 0
expect: modbus.func_code == 3 => 10
"""

from pathlib import Path

from tools import edit, pcapfile
from tools.lab import output

source = Path(__file__).with_name("poll-short.pcap")
pcapfile.write(output(), edit.rebase(pcapfile.read(source)[1][10:]))
