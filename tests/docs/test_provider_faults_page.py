"""The page about failing models holds the tables that the code follows."""

from __future__ import annotations

from benchmarks.provider_faults import PAGE, models, recoveries, with_part
from tests.support.provider_faults import FAULTS

TEXT = PAGE.read_text(encoding="utf-8")


def test_the_choice_of_models_and_the_recoveries_are_the_code_s_own() -> None:
    assert with_part(with_part(TEXT, "models", models()), "recoveries", recoveries()) == TEXT


def test_every_fault_has_its_line_in_the_table_of_times() -> None:
    table = TEXT.partition("<!-- times: begin -->")[2].partition("<!-- times: end -->")[0]
    named = {line.split("|")[1].strip() for line in table.split("|---|\n")[1].splitlines()}
    assert named == {"none", *FAULTS}
