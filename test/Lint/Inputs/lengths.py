"""No file over 600 lines, no function over 80, no test over 250.

A function is found by its shape under clang-format: a line that ends in `{`
and the next line that closes it at the same indentation.
"""

import re
import sys

import tree

FILE, TEST, FUNCTION = 600, 250, 80
NO_FUNCTION = re.compile(r"\s*(class|struct|union|enum|namespace|extern|typedef|static const|constexpr|const)\b|.*=\s*\{$")


def long_functions(text):
    open_at = {}
    for number, line in enumerate(text, 1):
        indent = len(line) - len(line.lstrip())
        if line.endswith("{") and not line.lstrip().startswith("}"):
            # The head may begin some lines above, at this indentation.
            head = number - 1
            while head > 0 and len(text[head]) - len(text[head].lstrip()) > indent:
                head -= 1
            open_at[indent] = (number, text[head])
        elif line.strip().startswith("}") and indent in open_at:
            start, head = open_at.pop(indent)
            if number - start > FUNCTION and not NO_FUNCTION.match(head):
                yield start, number - start


def complaints(root):
    for path in tree.files(root, tree.SOURCES + (".mlir", ".test", ".md", ".txt", ".cmake")):
        if "/data/" in path or path.endswith(".md"):
            continue
        text = tree.lines(root, path)
        limit = TEST if path.startswith("test/") and "/Inputs/" not in path else FILE
        if len(text) - 1 > limit:
            yield f"{path}: {len(text) - 1} lines, at most {limit}"
        if path.endswith(tree.CPP):
            for start, length in long_functions(text):
                yield f"{path}:{start}: a function of {length} lines, at most {FUNCTION}"


tree.finish(list(complaints(sys.argv[1])))
