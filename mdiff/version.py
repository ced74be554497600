"""The version of mdiff, said once; `pyproject.toml` must say the same."""

__version__ = "0.1.0"
