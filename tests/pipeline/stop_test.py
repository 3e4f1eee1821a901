#!/usr/bin/env python3
"""Sensor and center stopped with SIGSTOP for longer than their time-outs, and short of file descriptors:
they go on by themselves, and every committed event is in the store exactly once.

usage: stop_test.py BIN_FOLDER [--seconds 3]     seconds: how long each stays stopped
"""
import argparse
import collections
import os
import pathlib
import resource
import shutil
import signal
import socket
import sys
import tempfile
import time

from kit import Center, Link, Sensor, faults, industrial, patience, stored_in, wait_for

parser = argparse.ArgumentParser()
parser.add_argument("bin", type=pathlib.Path)
parser.add_argument("--seconds", type=float, default=3)
args = parser.parse_args()
data = pathlib.Path(tempfile.mkdtemp(prefix="langyan-stop-"))
link = Link()
center = Center(args.bin, data / "center", link,
                settings=("http.header_time=1s", "http.body_time=1s", "http.write_time=1s", "http.idle_time=1s"))
sensor = Sensor(args.bin, data, link.port)
committed = collections.Counter()


def end_of_run(why):
    if (status := sensor.process.wait(timeout=patience)) != 0:
        sys.exit(f"FAILED: {why}: the sensor ended with {status}: {sensor.log.read_text()[-1500:]}")
    sensor.note_committed(committed)
    print("well:", why, flush=True)


def under_way():
    """Until this run has committed something, or is over."""
    now = collections.Counter(committed)

    def more():
        sensor.note_committed(now)
        return sensor.process.poll() is not None or now.total() > committed.total()
    wait_for("something is committed", more, every=0.005)


def stopped(comm):
    sensor.start(industrial)
    under_way()
    pids = [center.process.pid] if comm == "langyan-center" else \
        [pid for pid, name in sensor.members().items() if comm in (name, "all")]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    time.sleep(args.seconds)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    end_of_run(f"{comm} stopped for {args.seconds} s")


def limited(most):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def descriptors_of(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def center_without_descriptors():
    """One peer takes every connection there is; it is refused or waits, and then all goes on."""
    center.kill(signal.SIGTERM)
    center.start(preexec=limited(64))
    hoard = []
    for _ in range(80):
        try:
            hoard.append(socket.create_connection(("127.0.0.1", center.port), timeout=patience))
        except OSError:
            break
    time.sleep(1.5)
    if center.process.poll() is not None:
        sys.exit("FAILED: the center ended for want of descriptors")
    sensor.start(industrial)
    time.sleep(1)
    for each in hoard:
        each.close()
    end_of_run(f"{len(hoard)} connections held against 64 descriptors")
    center.kill(signal.SIGTERM)
    center.start()


def sensor_without_descriptors():
    """The limit falls below what is open while events are written, and rises again: files that cannot be
    opened are tried again, nothing is given up."""
    def refusals():
        return sensor.log.read_text().count("Too many open files")

    segments = ("spool.commit_interval=1ms", "caps.spool.segment_bytes=4096")
    sensor.settings, before = (*sensor.settings, *segments), sensor.settings
    sensor.start([*industrial * 4])
    under_way()
    limits = {pid: resource.prlimit(pid, resource.RLIMIT_NOFILE) for pid in sensor.members()}
    for pid, (_, hard) in limits.items():
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (3, hard))
    wait_for("a descriptor is asked for while there is none", lambda: refusals() > 0)
    time.sleep(2)
    for pid, limit in limits.items():
        try:
            resource.prlimit(pid, resource.RLIMIT_NOFILE, limit)
        except ProcessLookupError:
            pass
    end_of_run("no new descriptor for the sensor for 2 s")
    print(f"      said {refusals()} times: no descriptor")
    sensor.settings = before


try:
    center.start()
    center.token("tested")
    for comm in ("langyan-ship", "langyan-watch", "all", "langyan-center"):
        stopped(comm)
    center_without_descriptors()
    sensor_without_descriptors()
    sensor.start(["-r", industrial[1] / "poll-short.pcap"])
    end_of_run("a last capture")
    center.kill(signal.SIGTERM)
    found = list(faults(center.data, committed))
    stored, gaps = stored_in(center.data)
    for fault in found:
        print(fault)
    print(f"{sum(committed.values())} positions committed, {sum(sum(seen.values()) for seen in stored.values())} stored, "
          f"{sum(map(len, gaps.values()))} gaps")
    if found or any(gaps.values()) or sum(committed.values()) < 1000:
        sys.exit("FAILED")
    print("every committed event is in the store exactly once")
finally:
    if center.alive():
        center.process.kill()
    if sensor.process:
        sensor.kill_all()
    shutil.rmtree(data, ignore_errors=True)
