"""Runs the command line in this process, as a user would, and refuses tracebacks."""

from __future__ import annotations

import pytest

from planner.cli import main


def run(capsys: pytest.CaptureFixture[str], *argv: object) -> tuple[int, str, str]:
    """The exit status, stdout and stderr of one command."""
    status = main([str(each) for each in argv])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert "Something went wrong" not in err
    return status, out, err
