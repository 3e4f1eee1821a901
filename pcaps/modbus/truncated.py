"""The short poll as a capture with a snap length of 60 bytes keeps it: messages end early.

kind: R, edited
stack: libmodbus 3.1.6, client and server
malformed: yes
expect: frame.cap_len < frame.len => 40+
"""

from pathlib import Path

from tools import edit, pcapfile
from tools.lab import output

source = Path(__file__).with_name("poll-short.pcap")
snap = 60
pcapfile.write(output(), edit.cut(pcapfile.read(source)[1], snap), snap=snap)
