"""The dashboard: what the catalogue holds, and what it lacks, to look at rather than read."""

from veille.dashboard.figures import Figures, figures

__all__ = ["Figures", "figures"]
