"""The packets of modbus/poll-short.pcap, which the captures of decode/ put in new clothes."""

from pathlib import Path

from tools import pcapfile

path = Path(__file__).resolve().parents[1] / "modbus" / "poll-short.pcap"


def packets():
    return pcapfile.read(path)[1]
