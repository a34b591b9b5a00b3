"""Links between the documents resolve, to files and to headings, and every folder says what it is for:
by a README.md of its own, or by a row in the README.md of the folder above."""

import os
import re
import sys

import tree

LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)")


def anchor(heading):
    """The name GitHub gives a heading."""
    heading = re.sub(r"[`*_]", "", heading.lstrip("#").strip().lower())
    return re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")


def prose(text):
    """Lines outside fenced code."""
    fenced = False
    for number, line in enumerate(text, 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, line


def broken_links(root):
    for path in tree.files(root, [".md"]):
        for number, line in prose(tree.lines(root, path)):
            for target in LINK.findall(re.sub(r"`[^`]*`", "", line)):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, heading = target.partition("#")
                full = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
                if not os.path.exists(os.path.join(root, full)):
                    yield f"{path}:{number}: no file {full}"
                elif heading and full.endswith(".md"):
                    text = prose(tree.lines(root, full))
                    if heading not in {anchor(t) for _, t in text if t.startswith("#")}:
                        yield f"{path}:{number}: no heading #{heading} in {full}"


def silent_folders(root):
    folders = set()
    for path in tree.files(root):
        parts = path.split("/")[:-1]
        folders.update("/".join(parts[:k]) for k in range(1, min(len(parts), 2) + 1))
    for folder in sorted(folders):
        base = os.path.basename(folder)
        if base in ("Inputs", "data") or any(part.startswith(".") for part in folder.split("/")):
            continue
        if os.path.exists(os.path.join(root, folder, "README.md")):
            continue
        parent = os.path.join(root, os.path.dirname(folder), "README.md")
        if os.path.exists(parent):
            with open(parent) as text:
                if f"{base}/`" in text.read() or f"`{base}`" in open(parent).read():
                    continue
        # A header's folder mirrors lib/, whose README speaks for both.
        if folder.startswith("include/keops/") or folder == "include/keops":
            continue
        yield f"{folder}: neither a README.md nor a row in the one above says what it is for"


root = sys.argv[1]
tree.finish(list(broken_links(root)) + list(silent_folders(root)))
