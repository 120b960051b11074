"""The runner of the documentation's commands notices what is not as it says."""

import pytest

from tests.integration.walk_through import is_as_shown, steps_in

PAGE = """# Page

```sh
only read
```

Then:

```sh
echo one
echo two
```

```text
one
two
```

```sh
echo three
```
```text
three
```

```text
no command
```
"""


def test_a_step_is_a_command_with_what_it_prints_right_behind_it() -> None:
    found = steps_in(PAGE, 'page.md')

    assert [(step.place, step.command, step.printed) for step in found] == [
        ('page.md:9', 'echo one\necho two\n', 'one\ntwo\n'),
        ('page.md:19', 'echo three\n', 'three\n'),
    ]


@pytest.mark.parametrize(
    ('shown', 'printed', 'is_same'),
    [
        ('alive\n', 'alive', True),
        ('alive\n', 'alive\n', True),
        ('alive\n', 'dead\n', False),
        ('alive\n', 'alive\nand more\n', False),
        ('alive\nand more\n', 'alive\n', False),
        ('lag … s\n', 'lag 2.5 s\n', True),
        ('lag … s\n', 'lag 2.5\n s\n', False),
        ('a.c\n', 'abc\n', False),
        ('first\n…\n', 'first\n', True),
        ('first\n…\nlast\n', 'first\nsecond\nthird\nlast\n', True),
        ('first\n…\nlast\n', 'first\nsecond\n', False),
        ('…\n', '', True),
    ],
)
def test_what_is_printed_is_compared(shown: str, printed: str, *, is_same: bool) -> None:
    assert is_as_shown(shown, printed) is is_same
