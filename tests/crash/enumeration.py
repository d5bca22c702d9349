# SPDX-License-Identifier: Apache-2.0
"""Which system calls an operation makes."""
from scene import Wrong
from trace import read_calls, until_idle, watch

LOOKS = 3


def look(operation):
    scene = operation.world.scene
    transaction = operation.begin()
    strace = watch(scene.helper)
    told = operation.perform(scene, transaction)
    scene.settle()
    strace.detach()
    if told.error:
        raise Wrong(f"{operation.name}: {told}")
    return until_idle(read_calls())


def enumerate_calls(operation):
    """The shortest list of several: now and then a message comes in two pieces, and the helper
    waits once more in between. A call of that wait would not be found again."""
    return min((look(operation) for _ in range(LOOKS)), key=len)
