#!/usr/bin/env python3
"""langyan baseline: a rule book is imported, shown, compared, changed and exported again; what is wrong changes nothing.

usage: rule_book_test.py BIN_FOLDER
"""
import pathlib
import subprocess
import sys
import tempfile

langyan = pathlib.Path(sys.argv[1]) / "langyan"
failures = []

book = """langyan-baseline: 1
habits:
  - client: 10.3.2.12
    server: 10.3.1.14
    protocol: modbus
    unit: 1
    may:
      - {verb: read, object: 30001..30008, every: 2s}
      - {verb: write, object: 40010..40020, value: 0..1200, step: 100, days: mon-fri}
      - {verb: write, object: 40030, new: true}
"""


def check(holds, what):
    print(("ok      " if holds else "FAILED  ") + what)
    if not holds:
        failures.append(what)


def run(*words):
    done = subprocess.run([langyan, "baseline", *map(str, words)], capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    path, state = folder / "book.yaml", folder / "baseline.json"
    path.write_text(book)
    code, out, _ = run("import", path, "--into", state)
    check(code == 0 and "3 habits" in out, "a person's rule book is taken over")
    _, exported, _ = run("export", state)
    (folder / "again.yaml").write_text(exported)
    run("import", folder / "again.yaml", "--into", folder / "again.json")
    check(run("export", folder / "again.json")[1] == exported and exported.startswith("#"), "export, import, export: the same octets")
    check((folder / "again.json").read_bytes() == state.read_bytes(), "and the same state")
    _, shown, _ = run("show", state, "--verb", "write", "--object", "40010..40020")
    check(shown == "10.3.2.12 may write 40010..40020 of 10.3.1.14 unit 1 (modbus) with 0..1200, steps up to 100, mon-fri; by a person's word\n",
          f"it reads as a sentence: {shown!r}")
    before = state.read_bytes()
    path.write_text(book.replace("verb: read", "verb: raed").replace("every: 2s", "every: soon"))
    code, _, err = run("import", path, "--into", state)
    check(code == 1 and f"{path}:8: no verb raed" in err and "nothing was taken over" in err, "a fault is said with file and line")
    check(state.read_bytes() == before, "and changes nothing")
    check("40030" in run("diff", state)[1] and run("diff", state)[1].count("\n") == 1, "what is new is listed")
    code, _, err = run("approve", state, "--object", "40030")
    check(code == 2 and "--reason" in err and state.read_bytes() == before, "an approval without a reason is none")
    code, out, _ = run("approve", state, "--object", "40030", "--reason", "new recipe", "--by", "wang")
    check(code == 0 and out.startswith("1 habits") and run("diff", state)[1] == "", "what is approved is new no more")
    check("reason: new recipe" in run("export", state)[1], "and the reason is kept")
    code, out, _ = run("forget", state, "--verb", "read")
    check(code == 0 and out == "1 habits forgotten, 2 stay\n", "what is forgotten is gone")
    check(run("forget", state)[0] == 2, "all at once is refused")
    _, out, _ = run("diff", folder / "again.json", state)
    check([line[0] for line in out.splitlines() if line[0] in "+-~"] == ["~", "-"], f"two files are compared: {out!r}")
    code, _, err = run("shwo", state)
    check(code == 2 and "did you mean show?" in err, "a wrong word is corrected")
    check(run("show", folder / "none")[0] == 66, "a file that is not there is said")
    state.write_text(state.read_text().replace("1200", "1300"))
    check("checksum" in run("show", state)[2], "a changed file is not read")
print(f"{len(failures)} failed")
sys.exit(1 if failures else 0)
