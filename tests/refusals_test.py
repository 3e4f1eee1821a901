#!/usr/bin/env python3
"""What the tables of fields and configuration keys must refuse while compiling.

usage: refusals_test.py COMPILER. Each case is a row or call that no reader could use, and a part of the
message the compiler must give; the first case of each form is sound and must compile.
"""
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
compiler = sys.argv[1] if len(sys.argv) > 1 else "g++"

fields_form = """
#include "fields/protocol.h"
using namespace langyan;
constexpr Name names[] = {{0, "off"}};
constexpr Field rows[] = {
    {"unit_id", Kind::u8, log | pair, {"Unit", "单元"}, "Device behind the address.", "[X] 1", names},
    ROW
};
inline constexpr auto fields = table("x", rows);
void decode(Reader& in, Record& record) {
  Fill<fields> out{record, in};
  out.set<"unit_id">(in.u8());
  CALL
}
"""
good_row = '{"address", Kind::u16, log, {"Address", "地址"}, "First register.", "[X] 2"},'
rows = [
    (good_row, "", None),
    ('{"unit_id", Kind::u16, log, {"A", "a"}, "B.", "[X]"},', "", "two fields share a name"),
    ('{"Address", Kind::u16, log, {"A", "a"}, "B.", "[X]"},', "", "lower_case"),
    ('{"items", Kind::u16, log, {"A", "a"}, "B.", "[X]"},', "", "lower_case"),
    ('{"a", Kind::u16, log, {"A", ""}, "B.", "[X]"},', "", "both languages"),
    ('{"a", Kind::u16, log, {"A", "a"}, "B", "[X]"},', "", "one full sentence"),
    ('{"a", Kind::u16, log, {"A", "a"}, "B.", ""},', "", "cites its specification"),
    ('{"a", Kind::u16, log | buffer, {"A", "a"}, "B.", "[X]"},', "", "only a run of octets can be a buffer"),
    ('{"a", Kind::text, log | pair, {"A", "a"}, "B.", "[X]"},', "", "only a number can pair"),
    ('{"a", Kind::text, log, {"A", "a"}, "B.", "[X]", names},', "", "only a number has names"),
    (good_row, 'out.set<"adress">(in.be16());', "no field of this name"),
    (good_row, 'out.set<"address">(in.u8());', "not the one the table states"),
    (good_row, 'out.set<"address">(in.be32());', "not the one the table states"),
    (good_row, 'out.set<"address">(in.take(2));', "not the one the table states"),
    (" ".join('{"f%d", Kind::u8, log, {"A", "a"}, "B.", "[X]"},' % i for i in range(64)), "", "one 64-bit word"),
]
keys_form = """
#include "base/config.h"
using namespace langyan;
inline constexpr Key keys[] = {Key::flag("capture.on", true, "Whether to listen."), ROW};
using Settings = ConfigOf<keys>;
bool use(const Settings& settings) { CALL; return settings.flag("capture.on"); }
"""
good_key = 'Key::text("sensor.name", "", "Name of the sensor.")'
keys = [
    (good_key, 'settings.text("sensor.name")', None),
    (good_key, 'settings.text("sensor.nam")', "no row declares this configuration key"),
    (good_key, 'settings.flag("sensor.name")', "another kind of key"),
    ('Key::text("capture.on", "", "Twice.")', "", "key_fault"),
    ('Key::text("sensor.name", "", "No full stop")', "", "key_fault"),
]


def outcome(form, row, call):
    text = form.replace("ROW", row).replace("CALL", call)
    done = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-I", root / "src", "-x", "c++", "-"],
                          input=text, capture_output=True, text=True)
    return done.returncode == 0, done.stderr


failed = total = 0
for form, cases in ((fields_form, rows), (keys_form, keys)):
    for row, call, expected in cases:
        total += 1
        compiled, said = outcome(form, row, call)
        good = compiled if expected is None else (not compiled and expected in said)
        if not good:
            failed += 1
            print(f"FAILED: {row} {call}\n  expected: {expected or 'to compile'}\n  got: {'compiled' if compiled else said[:400]}")
print(f"{total - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
