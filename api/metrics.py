# SPDX-License-Identifier: Apache-2.0
"""Counters of requests by route template and status, and gauges, as Prometheus text (0.0.4).

No label ever holds a department, a person, an id or a raw path.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of request durations in seconds."""


class Gauge(NamedTuple):
    """A value that is read when asked for."""

    name: str
    text: str
    value: float | None


class Metrics:
    """What this process counts; all calls come from the event loop's thread."""

    def __init__(self) -> None:
        self._requests: dict[tuple[str, str, int], int] = {}
        self._buckets: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}
        self._refusals: dict[str, int] = {}
        self._data_checks: dict[str, int] = {}

    def refused(self, rule: str) -> None:
        """Count one refusal of a principal who is signed in, by the rule that refused."""
        self._refusals[rule] = self._refusals.get(rule, 0) + 1

    def data_check(self, outcome: str) -> None:
        """Count one question to an issuer by what came of it."""
        self._data_checks[outcome] = self._data_checks.get(outcome, 0) + 1

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; `route` is the template."""
        key = (method, route, status)
        self._requests[key] = self._requests.get(key, 0) + 1
        buckets = self._buckets.get(route)
        if buckets is None:
            buckets = self._buckets[route] = [0] * (len(BUCKETS) + 1)
            self._seconds[route] = 0.0
        buckets[bisect_left(BUCKETS, seconds)] += 1
        self._seconds[route] += seconds

    def render(self, gauges: Iterable[Gauge] = ()) -> str:
        """The whole page; a gauge whose value is None is not known now, and is left out."""
        lines = [
            "# HELP once_http_requests_total Requests answered, by method, route template and status.",
            "# TYPE once_http_requests_total counter",
        ]
        for (method, route, status), count in sorted(self._requests.items()):
            labels = _labels({"method": method, "route": route, "status": str(status)})
            lines.append(f"once_http_requests_total{labels} {count}")
        lines += [
            "# HELP once_http_request_seconds Time to answer, by route template.",
            "# TYPE once_http_request_seconds histogram",
        ]
        for route, buckets in sorted(self._buckets.items()):
            lines += self._histogram(route, buckets)
        lines += [
            "# HELP once_refusals_total Refusals of principals who are signed in, by rule.",
            "# TYPE once_refusals_total counter",
        ]
        for rule, count in sorted(self._refusals.items()):
            lines.append(f"once_refusals_total{_labels({'rule': rule})} {count}")
        lines += [
            "# HELP once_data_checks_total Questions to issuers, by outcome.",
            "# TYPE once_data_checks_total counter",
        ]
        for outcome, count in sorted(self._data_checks.items()):
            lines.append(f"once_data_checks_total{_labels({'outcome': outcome})} {count}")
        for name, text, value in gauges:
            if value is not None:
                lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge", f"{name} {value:g}"]
        return "\n".join(lines) + "\n"

    def _histogram(self, route: str, buckets: list[int]) -> list[str]:
        lines: list[str] = []
        total = 0
        for bound, count in zip((*map(str, BUCKETS), "+Inf"), buckets, strict=True):
            total += count
            lines.append(f"once_http_request_seconds_bucket{_labels({'route': route, 'le': bound})} {total}")
        lines.append(f"once_http_request_seconds_sum{_labels({'route': route})} {self._seconds[route]:.6f}")
        lines.append(f"once_http_request_seconds_count{_labels({'route': route})} {total}")
        return lines


def _labels(labels: Mapping[str, str]) -> str:
    """`{name="value",…}` with the three escapes of the format."""
    escaped = (
        f'{name}="{value.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))}"'
        for name, value in labels.items()
    )
    return "{" + ",".join(escaped).replace("\n", "\\n") + "}"
