from mdiff.syntax.declaration import Declaration, Size, parse_declaration
from mdiff.syntax.parse import parse

__all__ = ["Declaration", "Size", "parse", "parse_declaration"]
