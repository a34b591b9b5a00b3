"""The CUDA driver through ctypes: no toolkit, no framework. KEOPS_CUDA_DRIVER names another driver, as the simulator."""

import ctypes
import os
import time

import numpy as np

CLOCK, PROCESSORS, MAJOR, MINOR = 13, 16, 75, 76  # CU_DEVICE_ATTRIBUTE_*


class NoDevice(Exception):
    """There is no driver here, or no device."""


class Device:
    """A device in its primary context, which frameworks share, with a stream to work on and to time."""

    def __init__(self, ordinal=0):
        name = os.environ.get("KEOPS_CUDA_DRIVER", "libcuda.so.1")
        try:
            self.driver = ctypes.CDLL(name)
        except OSError as problem:
            raise NoDevice(f"no CUDA driver: {problem}") from None
        count = ctypes.c_int()
        if self.driver.cuInit(0) or self.driver.cuDeviceGetCount(ctypes.byref(count)) or count.value <= ordinal:
            raise NoDevice(f"{name} has no device {ordinal}")
        self.ordinal, context, text = ordinal, ctypes.c_void_p(), ctypes.create_string_buffer(200)
        self.call("cuDeviceGetName", text, 200, ordinal)
        self.name = text.value.decode()
        self.call("cuDevicePrimaryCtxRetain", ctypes.byref(context), ordinal)
        self.call("cuCtxPushCurrent_v2", context)
        self.stream = self.make("cuStreamCreate")
        self.events = self.make("cuEventCreate"), self.make("cuEventCreate")
        # The simulator has no clock of its own.
        self.clock = "events" if hasattr(self.driver, "cuEventElapsedTime") else "host"

    def call(self, function, *arguments):
        status = getattr(self.driver, function)(*arguments)
        if status:
            text = ctypes.c_char_p()
            self.driver.cuGetErrorName(status, ctypes.byref(text))
            raise RuntimeError(f"{function}: {(text.value or b'error %d' % status).decode()}")

    def make(self, function):
        handle = ctypes.c_void_p()
        self.call(function, ctypes.byref(handle), 0)
        return handle

    def attribute(self, number):
        """None where the driver does not know it."""
        value = ctypes.c_int()
        failed = self.driver.cuDeviceGetAttribute(ctypes.byref(value), number, self.ordinal)
        return None if failed else value.value

    def capability(self):
        return self.attribute(MAJOR), self.attribute(MINOR)

    def issue_rate(self):
        """Instructions per second of all lanes: four schedulers of 32 lanes per multiprocessor."""
        kilohertz, processors = self.attribute(CLOCK), self.attribute(PROCESSORS)
        return kilohertz * 1e3 * processors * 128 if kilohertz and processors else None

    def allocate(self, size):
        pointer = ctypes.c_void_p()
        self.call("cuMemAlloc_v2", ctypes.byref(pointer), ctypes.c_size_t(max(size, 256)))
        return pointer

    def free(self, pointer):
        self.call("cuMemFree_v2", pointer)

    def upload(self, array):
        """A copy of the array on the device."""
        pointer = self.allocate(array.nbytes)
        self.call("cuMemcpyHtoDAsync_v2", pointer, ctypes.c_void_p(array.ctypes.data), ctypes.c_size_t(array.nbytes), self.stream)
        self.synchronize()
        return pointer

    def download(self, pointer, shape, dtype):
        array = np.empty(shape, dtype)
        self.call("cuMemcpyDtoHAsync_v2", ctypes.c_void_p(array.ctypes.data), pointer, ctypes.c_size_t(array.nbytes), self.stream)
        self.synchronize()
        return array

    def synchronize(self):
        self.call("cuStreamSynchronize", self.stream)

    def time(self, function, times):
        """Seconds per call, of so many one after the other on the stream."""
        self.synchronize()
        host = time.perf_counter()
        self.call("cuEventRecord", self.events[0], self.stream)
        for _ in range(times):
            function()
        self.call("cuEventRecord", self.events[1], self.stream)
        self.call("cuEventSynchronize", self.events[1])
        if self.clock == "host":
            return (time.perf_counter() - host) / times
        milliseconds = ctypes.c_float()
        self.call("cuEventElapsedTime", ctypes.byref(milliseconds), *self.events)
        return milliseconds.value * 1e-3 / times
