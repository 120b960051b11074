"""The registry behind ``/metrics``, and the route."""

import platform
from collections.abc import Iterator

import nicegui
import prometheus_client
from fastapi import APIRouter, Response
from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from reviewflow import __version__
from reviewflow.web import paths
from reviewflow.web.health import READ
from reviewflow.web.metrics.table import METRICS, Metric, Sources

CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'
PUSH_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 1.0)
DELAY_BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """What is counted as it happens; the rest is read from where it is, when somebody asks."""

    def __init__(self, sources: Sources) -> None:
        # The start of the process says the same of all of them.
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]  # it says nothing of types
        self.registry = CollectorRegistry()
        self.push = Histogram(
            'reviewflow_push_seconds',
            'From a change of the board to the last socket that was handed the frame.',
            buckets=PUSH_BUCKETS_S,
            registry=self.registry,
        )
        self.loop_delay = Histogram(
            'reviewflow_loop_delay_seconds',
            'How late the event loop was, looked at twice a second.',
            buckets=DELAY_BUCKETS_S,
            registry=self.registry,
        )
        Info('reviewflow_build', 'What runs.', registry=self.registry).info(
            {
                'version': __version__,
                'python': platform.python_version(),
                'nicegui': nicegui.__version__,
            }
        )
        self.registry.register(Table(sources))
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def text(self) -> bytes:
        """Give all of it, as Prometheus reads it."""
        return generate_latest(self.registry)


class Table(Collector):
    """Reads :data:`METRICS`."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Look at everything now."""
        for metric in METRICS:
            yield _family(metric, self._sources)


def create(metrics: Metrics) -> APIRouter:
    """Make the route ``/metrics``."""
    router = APIRouter(include_in_schema=False)

    @router.api_route(paths.METRICS, methods=READ)
    async def show() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return router


def _family(metric: Metric, sources: Sources) -> GaugeMetricFamily | CounterMetricFamily:
    kind = CounterMetricFamily if metric.is_counter else GaugeMetricFamily
    value = metric.read(sources)
    family = kind(metric.name, metric.help, labels=metric.label.split(',') if metric.label else [])
    if isinstance(value, int | float):
        family.add_metric([], value)
    elif value is not None:
        for labels, number in value.items():
            family.add_metric([labels] if isinstance(labels, str) else labels, number)
    return family
