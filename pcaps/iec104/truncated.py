"""The command sequence as a capture with a snap length of 80 bytes keeps it.

kind: S, edited
stack: scripted ends over TCP sockets of Linux
malformed: yes
expect: frame.cap_len < frame.len => 30+
"""

from pathlib import Path

from tools import edit, pcapfile
from tools.lab import output

source = Path(__file__).with_name("command-sequence.pcap")
snap = 80
pcapfile.write(output(), edit.cut(pcapfile.read(source)[1], snap), snap=snap)
