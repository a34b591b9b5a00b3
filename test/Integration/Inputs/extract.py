"""extract.py PAGE.md FOLDER: the code blocks of a page as files, so that what the page says is what is tested.

A fenced block with a kernel in it becomes blockN.kop (N counts them from 1), a C block blockN.c.
"""

import os
import re
import sys

page, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
with open(page, encoding="utf-8") as stream:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", stream.read(), re.M | re.S)
counts = {}
for language, text in blocks:
    suffix = {"": "kop", "c": "c"}.get(language)
    if suffix and (suffix == "c" or re.search(r"^kernel ", text, re.M)):
        counts[suffix] = counts.get(suffix, 0) + 1
        with open(os.path.join(folder, f"block{counts[suffix]}.{suffix}"), "w") as output:
            output.write(text)
