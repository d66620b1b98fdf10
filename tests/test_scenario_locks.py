"""A scenario with one lock more asks the same as the problem with that lock."""

from __future__ import annotations

import pytest
from pack.tiny import write

from planner.insight.changes import forced_in, forced_out
from planner.pack import read_pack
from planner.scenario import build, parse_scenario
from planner.scenario.locks import with_service, with_site, without_service, without_site

RULES = 'name = "A"\npack = "./pack"\n[rules]\nexisting = "may_close"\n'
TEXTS = (
    "",
    '[sites]\nopen = ["s1"]\noffer = { s2 = ["c"] }\n',
    '[sites]\nclosed = ["s1"]\nwithhold = { s2 = ["c"] }\n',
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_lock_more_is_a_scenario_that_says_the_same(tmp_path, text):
    pack = read_pack(write(tmp_path / "pack"))
    scenario = parse_scenario(RULES + text)
    problem = build(pack, scenario)
    for j, site in enumerate(problem.site_ids):
        said = build(pack, without_site(scenario, site))
        assert said.fingerprint == forced_out(problem, j).fingerprint
        said = build(pack, with_site(scenario, site))
        assert said.fingerprint == forced_in(problem, j).fingerprint
        for s, service in enumerate(problem.service_ids):
            said = build(pack, without_service(scenario, site, service))
            assert said.fingerprint == forced_out(problem, j, s).fingerprint
            said = build(pack, with_service(scenario, site, service))
            assert said.fingerprint == forced_in(problem, j, s).fingerprint
