"""What a monitoring system may read at ``/metrics``."""

from reviewflow.web.metrics.metrics import Metrics, create
from reviewflow.web.metrics.table import Sources

__all__ = ['Metrics', 'Sources', 'create']
