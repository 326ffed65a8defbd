"""Commands in processes of their own, which get signals as in a terminal and never outlive a test."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def started(arguments: Sequence[str], folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """Python with these arguments, the leader of a group; whatever is left of the group at the end is killed.

    Where the tests themselves run in the background, they ignore Ctrl-C, and without more ado so would the process.
    """
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
