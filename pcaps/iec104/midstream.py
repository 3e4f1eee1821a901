"""The command sequence from behind its STARTDT on: numbers, link and session are older.

kind: S, edited
stack: scripted ends over TCP sockets of Linux
expect: tcp.flags.syn == 1 => 0
expect: iec60870_104.utype => 4
expect: iec60870_asdu.typeid == 45 => 5
"""

from pathlib import Path

from tools import edit, pcapfile
from tools.lab import output

handshakes = 3  # STARTDT 2, the interrogation's activation
source = Path(__file__).with_name("command-sequence.pcap")
packets = edit.behind_payloads(pcapfile.read(source)[1], handshakes)
pcapfile.write(output(), edit.rebase(packets))
