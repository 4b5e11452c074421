"""Write the graph's drawing into README.md: ``python docs/generate_drawing.py``.

A test fails when the README's drawing is not the graph's own any more.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BEGIN, END = "<!-- drawing: begin -->\n", "<!-- drawing: end -->"


def drawing() -> str:
    """Return the graph as a Mermaid block."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    from graph.build import build_graph

    mermaid = build_graph().compile().get_graph().draw_mermaid(with_styles=False)
    return f"```mermaid\n{mermaid.strip()}\n```\n"


def with_drawing(readme: str) -> str:
    """Return *readme* with the drawing between its two marks.

    :raises ValueError: the marks are not there.
    """
    before, _, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"README.md lacks the marks {BEGIN.strip()!r} and {END!r}")
    return f"{before}{BEGIN}{drawing()}{END}{after}"


if __name__ == "__main__":
    README.write_text(with_drawing(README.read_text(encoding="utf-8")), encoding="utf-8")
