"""``make test`` runs the tests in parts: none may be left out of all of them."""

from tests.__main__ import ROOT, RUNS


def test_every_test_is_in_one_part() -> None:
    named = [ROOT / argument for run in RUNS for argument in run]
    found = [file for each in named for file in ([each] if each.is_file() else each.rglob('test_*.py'))]

    assert sorted(found) == sorted((ROOT / 'tests').rglob('test_*.py'))
