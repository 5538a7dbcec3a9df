"""Any draft at all, for properties."""

from hypothesis import strategies as st

from veille.digest.draft import SECTIONS, Draft, Line
from veille.digest.typography import inert, inert_line

TEXT = st.text(max_size=60).map(inert)
TITLE = st.text(max_size=60).map(inert_line)
LINE = st.builds(
    Line,
    item_id=st.text("0123456789abcdef", min_size=1, max_size=32),
    keep=st.booleans(),
    section=st.sampled_from(SECTIONS),
    title=TITLE,
    note=TEXT,
    note_en=TEXT,
    deadline=st.none() | st.dates(),
)
DRAFT = st.builds(
    Draft,
    week=st.just("2026-W47"),
    number=st.integers(1, 999),
    sections=st.permutations(SECTIONS).map(tuple),
    lines=st.lists(LINE, max_size=4, unique_by=lambda line: line.item_id).map(tuple),
    editorial=TEXT,
    editorial_en=TEXT,
    subject=TITLE,
    subject_en=TITLE,
)
