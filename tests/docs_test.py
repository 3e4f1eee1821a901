#!/usr/bin/env python3
"""The documentation holds together.

Every relative link leads to a file, and to a heading where it names one; files named in code are there. Prose is at most 100
columns wide; tables, listings, pictures, Chinese, and what has no blank to break at may be wider. A page in both languages
(NAME.md, NAME.zh-CN.md) has in both the same headings by level, tables by rows and columns, and listings but for their words.
What is marked as compiled compiles. pcaps/README.md has a row for every capture there.

usage: docs_test.py COMPILER
"""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
most_columns = 100
invented = ("parsers/lamp", "pcaps/lamp")  # what architecture.md has a reader write


def parts(page):
    """Each line with its number and what it is: `listing`, `heading`, `table` or `prose`."""
    fenced, blank_before, in_list = False, True, False
    for number, line in enumerate(page.read_text().splitlines(), 1):
        fence = line.lstrip().startswith("```")
        if fence or fenced:
            fenced = fenced != fence
            kind = "fence" if fence else "listing"
        elif line.startswith("    ") and not in_list and blank_before:
            kind = "listing"
        elif re.match(r"#+ ", line):
            kind = "heading"
        else:
            kind = "table" if line.startswith("|") else "prose"
            in_list = bool(re.match(r"\s*([-*]|\d+\.) ", line)) or (in_list and (not line or line.startswith(" ")))
        blank_before = not line or kind == "listing"
        yield number, line, kind


def anchors(page):
    """The anchors that headings have on a forge: lower case, words joined by `-`, other signs left out."""
    return {re.sub(r"[^\w\- ]", "", re.sub(r"^#+ ", "", line).lower()).replace(" ", "-")
            for _, line, kind in parts(page) if kind == "heading"}


def links(page):
    """Where a link leads within the repository: the file and the heading."""
    for number, line, kind in parts(page):
        if kind in ("listing", "fence"):
            continue
        for target in re.findall(r"(?:\]\(|src(?:set)?=\")([^)\s\"]+)", re.sub(r"`[^`]*`", "", line)):
            if not re.match(r"[a-z]+:", target):
                yield number, *(target.split("#", 1) + [""])[:2]


def broken_links(page):
    for number, file, heading in links(page):
        target = (page.parent / file).resolve() if file else page
        if not target.exists():
            yield f"{page.relative_to(root)}:{number}: {file} is not there"
        elif heading and heading not in anchors(target):
            yield f"{page.relative_to(root)}:{number}: no heading #{heading} in {target.relative_to(root)}"


def missing_files(page):
    """What a page names in code, such as `tests/docs_test.py` or `src/flow/table`, is there."""
    for number, line, _ in parts(page):
        code = " ".join(re.findall(r"`([^`]+)`", line))
        for name in re.findall(r"(?<![\w/.-])(?:src|tests|docs|config|parsers|rules|pcaps)/[\w./-]*\w", code):
            if not name.startswith(invented) and not any(any(folder.glob(name + "*")) for folder in (root, root / "src/console", page.parent)):
                yield f"{page.relative_to(root)}:{number}: {name} is not there"


def wide_lines(page):
    for number, line, kind in parts(page):
        whole = re.sub(r"`[^`]*`", lambda span: span.group().replace(" ", "_"), line)
        start = len(re.match(r"\s*(?:(?:[-*]|\d+\.) )?", line).group())
        if kind == "prose" and len(line) > most_columns and " " in whole[start:].rstrip() and not re.match(r"\s*(<|!\[)", line):
            yield f"{page.relative_to(root)}:{number}: {len(line)} columns; {most_columns} at most"


def written_here(page):
    """Whether the page is English prose of people: references are printed by the programs."""
    return not page.name.endswith(".zh-CN.md") and page.parent != root / "docs/reference"


def outline(page):
    """What both languages share: levels of headings, shapes of tables, listings without comments, names and places to fill."""
    shape = []
    for _, line, kind in parts(page):
        if kind == "heading":
            shape.append(line.split(" ")[0])
        elif kind == "table":
            shape.append("|" * len(re.findall(r"(?<!\\)\|", line)))
        elif kind == "listing":
            bare = re.sub(r"<!--.*?-->|\s+#.*|\"[^\"]*\"|\bname: .*|[^\x00-\x7f]+|\b[A-Z]{2,}\b", "", line)
            shape.append(" ".join(bare.split()))
    return shape


def differences(page):
    original = page.with_name(page.name.replace(".zh-CN", ""))
    name = page.relative_to(root)
    if not original.exists():
        yield f"{name}: {original.name} is not there"
        return
    for one, other in ((page, original), (original, page)):
        if not any(file.endswith(other.name) for _, file, _ in links(one)):
            yield f"{one.relative_to(root)}: no link to {other.name}"
    ours, theirs = outline(page), outline(original)
    for at, (one, other) in enumerate(zip(ours + [None], theirs + [None])):
        if one != other:
            yield f"{name}: differs from {original.name} at its part {at + 1} of {len(ours)}: `{one}`, there `{other}`"
            return


def refused_listings(page):
    for listing in re.findall(r"<!-- compiled by [^>]*-->\n```cpp\n(.*?)```", page.read_text(), re.S):
        command = [sys.argv[1], "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wshadow", "-Werror", "-xc++", "-"]
        done = subprocess.run([*command, f"-I{root / 'src'}"], input=listing, text=True, capture_output=True)
        if done.returncode:
            yield f"{page.relative_to(root)}: {done.stderr}"


def captures_without_a_row():
    page = root / "pcaps" / "README.md"
    listed = {page.parent / file for _, file, _ in links(page)}
    for capture in sorted(page.parent.rglob("*.pcap*")):
        if capture not in listed:
            yield f"pcaps/README.md: no row for {capture.relative_to(page.parent)}"


pages = sorted([*root.glob("*.md"), *(page for folder in ("docs", "pcaps", "rules") for page in (root / folder).rglob("*.md"))])
found = list(captures_without_a_row())
for page in pages:
    found += broken_links(page)
    found += missing_files(page)
    found += refused_listings(page)
    found += differences(page) if page.name.endswith(".zh-CN.md") else []
    found += wide_lines(page) if written_here(page) else []
print("\n".join(found))
print(f"{len(pages)} pages, {len(found)} faults")
sys.exit(1 if found or not pages else 0)
