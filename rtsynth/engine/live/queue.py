"""Queues of timed events in the audio thread: short, sorted by time."""

from rtsynth.engine.kernels.jit import jit


@jit()
def put_sorted(queue, count, time, target, value):
    """Put an event into a queue of `count` that has room, behind those of its time."""
    place = count
    while place > 0 and queue.times[place - 1] > time:
        queue.times[place] = queue.times[place - 1]
        queue.targets[place] = queue.targets[place - 1]
        queue.values[place] = queue.values[place - 1]
        place -= 1
    queue.times[place] = time
    queue.targets[place] = target
    queue.values[place] = value


@jit()
def drop_first(queue, count, done):
    """Take the first `done` events off a queue of `count`."""
    for i in range(count - done):
        queue.times[i] = queue.times[i + done]
        queue.targets[i] = queue.targets[i + done]
        queue.values[i] = queue.values[i + done]
