from pathlib import Path

import numpy as np

from clusterix.lib.memory import give_back


def held() -> int:
    """The memory of this process, in kilobytes."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def test_memory_that_is_free_goes_back_to_the_system() -> None:
    blocks = [np.ones(10_000) for _ in range(1_000)]
    kept = blocks[::100]
    del blocks
    before = held()

    give_back()

    assert len(kept) == 10
    assert held() <= before
