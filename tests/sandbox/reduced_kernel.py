"""Run a command on a kernel that lacks a layer: `python reduced_kernel.py landlock,seccomp COMMAND...`.

The layer's system calls answer as an older kernel would, by a seccomp filter around the whole process. The production
code has no switch that turns a layer off, and this shows it what it would really see.
"""

import ctypes
import errno
import os
import struct
import sys

_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_MODE_FILTER = 2
_SYS_PRCTL = {"x86_64": 157, "aarch64": 167}[os.uname().machine]
_LANDLOCK = (444, 445, 446)

_LOAD_WORD = 0x20
_JUMP_IF_EQUAL = 0x15
_RETURN = 0x06
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_FIRST_ARGUMENT = 16

Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def filter_without(layers: set[str]) -> list[Instruction]:
    """A program for the kernel: opcode, jump if true, jump if false, value."""
    code: list[Instruction] = [(_LOAD_WORD, 0, 0, 0)]
    if "landlock" in layers:
        for number in _LANDLOCK:
            code += [(_JUMP_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)]
    if "seccomp" in layers:
        code += [
            (_JUMP_IF_EQUAL, 0, 4, _SYS_PRCTL),
            (_LOAD_WORD, 0, 0, _FIRST_ARGUMENT),
            (_JUMP_IF_EQUAL, 0, 1, _PR_SET_SECCOMP),
            (_RETURN, 0, 0, _ERRNO | errno.EINVAL),
            (_RETURN, 0, 0, _ALLOW),
        ]
    return [*code, (_RETURN, 0, 0, _ALLOW)]


def install(code: list[Instruction]) -> None:
    packed = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *instruction) for instruction in code))
    program = _Program(len(code), ctypes.addressof(packed))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in ((_PR_SET_NO_NEW_PRIVS, 1, 0), (_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program))):
        if libc.prctl(*arguments, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "prctl")


if __name__ == "__main__":
    install(filter_without(set(sys.argv[1].split(","))))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606
