"""The only place that touches what NiceGUI, Socket.IO and Uvicorn do not promise.

A contract test (``tests/integration/test_framework.py``) fails loudly when an upgrade moves any of it.
"""
