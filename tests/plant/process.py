"""Values of the process: what a controller would answer, as functions of time, and setpoints that stay as they
were set. Numbers are round and small; only their shapes matter: a daily swing, a little noise, steps of people."""

import math

from plant.link import second

day_ns = 86400 * second


class Measure:
    """Swings around `middle` once a day and trembles."""

    def __init__(self, rng, middle, swing, noise):
        self.rng, self.middle, self.swing, self.noise = rng, middle, swing, noise
        self.phase = rng.uniform(-0.6, 0.6)

    def value(self, ns):
        return self.middle + self.swing * math.sin(ns % day_ns / day_ns * 2 * math.pi + self.phase) + self.rng.gauss(0, self.noise)


class Set:
    """Stays as it was set."""

    def __init__(self, value):
        self.now = value

    def value(self, _):
        return self.now


class Device:
    """Points by the place a protocol gives them: (function or area, number)."""

    def __init__(self, rng):
        self.rng, self.points = rng, {}

    def measures(self, area, first, count, middle, swing, noise):
        for place in range(first, first + count):
            self.points[area, place] = Measure(self.rng, middle * (1 + 0.07 * (place - first)), swing, noise)

    def set(self, area, place, value):
        self.points[area, place] = Set(value)

    def value(self, area, place, ns):
        point = self.points.get((area, place))
        return 0 if point is None else point.value(ns)

    def word(self, area, place, ns):
        return max(0, min(65535, round(self.value(area, place, ns))))
