"""Loops of machine code. Code is a list that says for each instruction where execution may go on: [[1], [2, 0], []].

Loops are the natural ones: code that the compiler moved to the end of a function belongs to its loop, a jump back
from there is none, and a loop may begin anywhere between its first and its last instruction.
"""


def flood(start, follows, wall):
    """All that is reached from `start` without passing through `wall`."""
    seen, stack = set(start) - {wall}, [k for k in start if k != wall]
    while stack:
        for k in follows[stack.pop()]:
            if k != wall and k not in seen:
                seen.add(k)
                stack.append(k)
    return seen


def loops(follows):
    """{head: set of the instructions of the loop}."""
    before = [[] for _ in follows]
    for k, targets in enumerate(follows):
        for target in targets:
            before[target].append(k)
    everything, result = flood([0], follows, None), {}
    for head in everything:
        if len(before[head]) < 2 and head:
            continue
        # A jump to the head closes a loop if the head is on every way to the jump.
        outside = flood([0], follows, head)
        ends = [k for k in before[head] if k in everything and k not in outside]
        if ends:
            result[head] = {head} | (flood(ends, before, head) & everything) - outside
    return result


def shortest(follows, head, body):
    """The shortest way round a loop: the instructions of its common path, where rare work is jumped over."""
    previous, front = {}, [head]
    while front:
        rest = []
        for index in front:
            for target in follows[index]:
                if target == head:
                    path = [index]
                    while path[-1] != head:
                        path.append(previous[path[-1]])
                    return path[::-1]
                if target in body and target not in previous:
                    previous[target] = index
                    rest.append(target)
        front = rest
    return []


def distances(follows, head, body):
    """{instruction of a loop: how far it is to the head}."""
    before = {}
    for k in body:
        for target in follows[k]:
            before.setdefault(target, []).append(k)
    found, front, steps = {}, [head], 0
    while front:
        steps += 1
        front = [k for k in {b for at in front for b in before.get(at, [])} if k not in found]
        found.update(dict.fromkeys(front, steps))
    found[head] = 0
    return found
