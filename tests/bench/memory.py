#!/usr/bin/env python3
"""Resident memory of langyan-sensor: before the first packet, and after captures of growing size.

    memory.py [BUILD]        a build folder, build/release when none is given

The capture arrives on standard input and the pipe stays open, so that the numbers are those of a
sensor that listens. Default configuration and the bundled rules; events go to a file. The table of
caps (langyan-sensor -T) says what all containers may take together."""
import pathlib, re, struct, subprocess, sys, tempfile, time

build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/release")
sensor, make_capture = build / "bin/langyan-sensor", build / "bin/make_capture"


def status(pid, name):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"^{name}:\s+(\d+) kB", text, re.M).group(1)) / 1024


def settled(pid):
    """Resident MB once it has not changed by more than 0.1 for a second."""
    last, since = -1.0, time.monotonic()
    while time.monotonic() - since < 1:
        now = status(pid, "VmRSS")
        if abs(now - last) > 0.1:
            last, since = now, time.monotonic()
        time.sleep(0.05)
    return last


def measure(folder, conversations):
    capture = folder / "capture.pcap"
    if conversations:
        subprocess.run([make_capture, "pcaps", capture, str(max(200_000, 8 * conversations)), str(conversations)],
                       check=True, stdout=subprocess.DEVNULL)
    run = subprocess.Popen([sensor, "-r", "-", "-l", folder, "-q"], stdin=subprocess.PIPE)
    if conversations:
        with open(capture, "rb") as packets:
            while piece := packets.read(1 << 20):
                run.stdin.write(piece)
        run.stdin.flush()
    else:
        run.stdin.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))  # a capture's head
        run.stdin.flush()
    result = settled(run.pid), status(run.pid, "VmHWM")
    run.stdin.close()
    if run.wait() != 0:
        sys.exit(f"memory.py: langyan-sensor ended with {run.returncode}")
    return result


with tempfile.TemporaryDirectory() as name:
    print(f"{'resident MB':<24}{'at the end':>12}{'highest':>10}")
    for conversations in (0, 1_000, 20_000, 60_000):
        at_end, highest = measure(pathlib.Path(name), conversations)
        what = f"{conversations:,} conversations" if conversations else "idle"
        print(f"{what:<24}{at_end:>12.1f}{highest:>10.1f}", flush=True)
