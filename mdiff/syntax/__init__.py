from mdiff.syntax.declaration import Declaration, Size, parse_declaration
from mdiff.syntax.parse import parse, parse_name, parse_variable

__all__ = ["Declaration", "Size", "parse", "parse_declaration", "parse_name", "parse_variable"]
