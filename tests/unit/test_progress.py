"""The lines that cron sees of a run."""

from veille.cli.progress import Lines
from veille.model import StepReport


def test_each_step_says_what_it_did(capsys):
    lines = Lines()
    lines.begin("poll", 23)
    lines.end(StepReport("poll", done=23, new=80, failed=2, skipped=1))
    lines.begin("publish", 2)
    lines.end(StepReport("publish", done=20, new=1))
    lines.end(StepReport("send"))  # never begun: it had nothing to do
    assert capsys.readouterr().err.splitlines() == [
        "Interrogation des sources\u00a0: 23",
        "  23 sources interrogées, 80 nouveautés, 2 en échec, 1 pour plus tard",
        "Publication du catalogue",
        "  20 articles publiés",
    ]
