#!/usr/bin/env python3
"""Runs a command under the SystemCallFilter of a systemd unit, as systemd would: what is not allowed
fails with EPERM.

usage: unit_filter.py UNIT COMMAND …
"""
import ctypes
import os
import platform
import re
import struct
import subprocess
import sys

architectures = {"x86_64": (0xC000003E, "x86_64-linux-gnu"), "aarch64": (0xC00000B7, "aarch64-linux-gnu")}


def groups():
    """{"@group": names} as this systemd knows them."""
    found, name = {}, None
    for line in subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager"], check=True, capture_output=True,
                               text=True).stdout.splitlines():
        word = line.strip()
        if line.startswith("@"):
            name = word
            found[name] = []
        elif name and word and not word.startswith("#"):
            found[name].append(word)
    return found


def expanded(words, known):
    names = set()
    for word in words:
        names |= expanded(known[word], known) if word.startswith("@") else {word}
    return names


def allowed(unit):
    """The first line makes it a list of what is allowed; later ones add, or with ~ take away."""
    known, names = groups(), set()
    for line in open(unit):
        if line.startswith("SystemCallFilter="):
            words = line.split("=", 1)[1].strip()
            if words.startswith("~"):
                names -= expanded(words[1:].split(), known)
            else:
                names |= expanded(words.split(), known)
    return names | expanded(["@default"], known)


def numbers():
    text = subprocess.run(["cc", "-E", "-dM", "-include", "asm/unistd.h", "-x", "c", "/dev/null"], check=True,
                          capture_output=True, text=True).stdout
    return {name: int(number) for name, number in re.findall(r"#define __NR_(\w+) (\d+)", text)}


def install(calls):
    load, equal, answer = 0x20, 0x15, 0x06
    code = [(load, 0, 0, 4), (equal, 1, 0, architectures[platform.machine()][0]), (answer, 0, 0, 0x80000000), (load, 0, 0, 0)]
    for call in sorted(calls):
        code += [(equal, 0, 1, call), (answer, 0, 0, 0x7FFF0000)]
    code.append((answer, 0, 0, 0x00050001))
    raw = b"".join(struct.pack("HBBI", *each) for each in code)
    buffer = ctypes.create_string_buffer(raw, len(raw))

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]

    program = Program(len(code), ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(38, 1, 0, 0, 0) != 0 or libc.prctl(22, 2, ctypes.byref(program), 0, 0) != 0:
        sys.exit(f"unit_filter.py: cannot set the filter: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    table = numbers()
    install({table[name] for name in allowed(sys.argv[1]) if name in table})
    os.execv(sys.argv[2], sys.argv[2:])
