"""What models said of what came in, as drift is told from it."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

from fakes.published import NOW, item, publish_items

from veille.cli.reviewed import with_flow
from veille.cli.screen import _judging
from veille.health.situation import Judging, Situation
from veille.model.published import PastJudgement
from veille.store.catalogue import TEAM, Catalogue
from veille.store.catalogue.judged import judged_since


def judged(n, day, probability):
    at = NOW - timedelta(days=day)
    said = [PastJudgement(at, 1, "m1", False, 0.1)]
    said.append(PastJudgement(at + timedelta(hours=1), 1, "m2", probability > 0.5, probability))
    one = item(f"i{day}-{n}", "Texte", at=at, relevant=False)  # as a person decided, say
    return replace(one, judgements=tuple(said))


def test_drift_is_told_from_what_the_model_said_last_not_from_decisions(tmp_path):
    old = [judged(n, 60, n % 10 / 10) for n in range(100)]
    new = [judged(n, 3, 0.9) for n in range(60)]
    publish_items(tmp_path / "catalogue", *old, *new)
    with Catalogue(tmp_path / "catalogue", TEAM) as catalogue:
        day = (NOW - timedelta(days=3)).date()
        assert judged_since(catalogue, day) == [(day, True, 0.9)] * 60
    place = SimpleNamespace(catalogue=tmp_path / "catalogue")
    found = with_flow(place, _situation())
    assert (found.judging.flow.items, found.judging.flow.share) == (60, 1.0)
    assert found.judging.flow.drifted
    assert "100\u00a0% de pertinents" in _judging(found.judging)
    assert with_flow(SimpleNamespace(catalogue=tmp_path / "none"), _situation()) == _situation()


def _situation():

    names = Situation.__dataclass_fields__
    given = dict.fromkeys(names) | {"at": NOW, "judging": Judging("m2")}
    return Situation(**given)
