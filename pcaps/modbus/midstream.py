"""The short poll from behind its first exchange on: the connection is older than the capture.

kind: R, edited
stack: libmodbus 3.1.6, client and server
expect: tcp.flags.syn == 1 => 0
expect: modbus.func_code == 3 => 10
"""

from pathlib import Path

from tools import edit, pcapfile
from tools.lab import output

source = Path(__file__).with_name("poll-short.pcap")
packets = edit.behind_payloads(pcapfile.read(source)[1], 2)
pcapfile.write(output(), edit.rebase(packets))
