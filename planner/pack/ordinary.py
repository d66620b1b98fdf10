"""Opens ordinary files alone: a pipe would never end, nor would some devices."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)

_NO_FILES = (errno.ENXIO, errno.ENODEV)  # a socket, a device that is not there


class NotOrdinaryError(OSError):
    """A pipe, a socket or a device stands in the place of a file."""


def open_ordinary(path: Path) -> BinaryIO:
    """Open a file to read its bytes, without waiting for what is none.

    Raises:
        NotOrdinaryError: It is a pipe, a socket or a device.
        OSError: It cannot be opened, or is a folder.
    """
    try:
        number = os.open(path, os.O_RDONLY | _AT_ONCE)
    except ValueError as error:  # a zero character in the name
        raise FileNotFoundError(str(error)) from None
    except OSError as error:
        if error.errno in _NO_FILES:
            raise NotOrdinaryError(errno.EINVAL, "no ordinary file", str(path)) from None
        raise
    mode = os.fstat(number).st_mode
    if stat.S_ISREG(mode):
        return os.fdopen(number, "rb")
    os.close(number)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    raise NotOrdinaryError(errno.EINVAL, "no ordinary file", str(path))


def read_ordinary(path: Path, most: int) -> bytes:
    """The bytes of a file, of which one more than `most` are read.

    Raises:
        NotOrdinaryError, OSError: As `open_ordinary`.
    """
    with open_ordinary(path) as file:
        return file.read(most + 1)
