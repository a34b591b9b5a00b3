"""Makes the arrays of the keops-run tests in the working directory."""
import numpy as np

rng = np.random.default_rng(0)
np.save("x.npy", rng.random((50, 3), dtype=np.float32))
np.save("y.npy", rng.random((70, 3), dtype=np.float32))
np.save("b.npy", rng.random((70, 1), dtype=np.float32))
np.save("b1.npy", np.load("b.npy").ravel())
np.save("x64.npy", np.load("x.npy").astype(np.float64))
np.save("x2.npy", rng.random((50, 2), dtype=np.float32))
np.save("b9.npy", rng.random((69, 1), dtype=np.float32))
np.save("fortran.npy", np.asfortranarray(np.load("x.npy")))
np.save("big.npy", np.load("x.npy").astype(">f4"))
np.save("bytes.npy", np.zeros((50, 3), np.uint8))
np.save("record.npy", np.zeros(3, [("a", "f4")]))
with open("x.npy", "rb") as f:
    data = f.read()
with open("cut.npy", "wb") as f:
    f.write(data[:-1])
with open("empty.npy", "wb") as f:
    pass
with open("v3.npy", "wb") as f:
    np.lib.format.write_array(f, np.load("x.npy"), version=(3, 0))
