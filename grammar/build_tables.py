"""Build hook: writes the parse tables of the grammar beside it, so that no start has to.

It runs for wheels (the tables ship beside the grammar) and for editable installs (the tables
land in the checkout, where they are found); it changes nothing else.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def write_tables(root: Path) -> Path:
    """Make `grammar/grammar.tables` of the checkout at `root`."""
    maker = runpy.run_path(str(root / "mdiff" / "syntax" / "make_tables.py"))
    path = root / "grammar" / maker["TABLES"]
    text = maker["make_tables"](maker["read_grammar"](str(root / "grammar")))
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


class TablesHook(BuildHookInterface[Any]):
    """Hatchling's way in."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the tables and, into a wheel, ship them with the grammar."""
        path = write_tables(Path(self.root))
        if version == "standard":
            for file in (path, *path.parent.glob("*.lark")):
                build_data["force_include"][str(file)] = f"mdiff/grammar/{file.name}"
