"""Writes to the terminal: text as it is, never as markup, and control characters as such."""

from rich.console import Console, ConsoleOptions, ConsoleRenderable, RenderableType, RenderHook, RenderResult
from rich.segment import Segment

from swarmfile.untrusted.text import plain_lines

# Where no terminal says how wide it is, a table must not be cut.
WIDTH_ELSEWHERE = 200


class Shown:
    """Shows what it holds without the control characters in its texts: what was read back commands no terminal."""

    def __init__(self, content: RenderableType) -> None:
        self._content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yields the content's segments."""
        for segment in console.render(self._content, options):
            yield segment if segment.control else Segment(plain_lines(segment.text), segment.style)


class _ShowAll(RenderHook):
    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Takes what is about to be printed."""
        return [Shown(each) for each in renderables]


def console(width_elsewhere: int = WIDTH_ELSEWHERE) -> Console:
    """Returns a console that cuts no line where no terminal says how wide it is, and takes no text for markup."""
    is_terminal = Console().is_terminal
    made = Console(width=None if is_terminal else width_elsewhere, markup=False, highlight=False, emoji=False)
    made.push_render_hook(_ShowAll())
    return made
