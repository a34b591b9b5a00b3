"""make_bundles.py DIPY.WHL FOLDER: writes source.txt and target.txt, the left arcuate fasciculus of two brains.

The wheel is that of DIPY 1.12.1 (`pip download --no-deps dipy==1.12.1`). Every other fibre is taken, to keep the example
short. A line per fibre: x y z of its 20 points, in millimetres from the centre of the bundle.
"""

import io
import struct
import sys
import zipfile

HEADER, COUNT = 1000, 988  # of a .trk file: its size, and where the number of fibres stands


def fibres(trk):
    (count,) = struct.unpack_from("<i", trk, COUNT)
    at = HEADER
    for _ in range(count):
        (points,) = struct.unpack_from("<i", trk, at)
        numbers = struct.unpack_from(f"<{3 * points}f", trk, at + 4)
        at += 4 + 12 * points
        yield [numbers[3 * k : 3 * k + 3] for k in range(points)]


def write(path, bundle):
    points = [point for fibre in bundle for point in fibre]
    centre = [sum(axis) / len(points) for axis in zip(*points)]
    with open(path, "w") as text:
        for fibre in bundle:
            rows = (f"{x - c:.1f}" for point in fibre for x, c in zip(point, centre))
            text.write(" ".join(rows) + "\n")


wheel, folder = sys.argv[1:]
inner = zipfile.ZipFile(wheel).read("dipy/data/files/minimal_bundles.zip")
bundles = zipfile.ZipFile(io.BytesIO(inner))
for name, subject in (("source", 1), ("target", 5)):
    write(f"{folder}/{name}.txt", list(fibres(bundles.read(f"sub_{subject}/AF_L.trk")))[::2])
