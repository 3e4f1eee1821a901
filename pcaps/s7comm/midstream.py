"""The HMI's poll without the handshakes of TCP, COTP and S7comm: the session is older.

kind: R, edited
stack: nodes7 0.3.18 against node-snap7 1.0.9
expect: tcp.flags.syn == 1 => 0
expect: s7comm.param.func == 0xf0 => 0
expect: s7comm.param.func == 0x04 => 20+
"""

from pathlib import Path

from tools import edit, pcapfile
from tools.lab import output

handshakes = 4  # COTP 2, S7 setup 2
source = Path(__file__).with_name("poll-read.pcap")
packets = edit.behind_payloads(pcapfile.read(source)[1], handshakes)
pcapfile.write(output(), edit.rebase(packets))
