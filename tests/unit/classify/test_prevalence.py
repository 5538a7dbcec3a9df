import random

from hypothesis import given
from hypothesis import strategies as st

from veille.classify.prevalence import estimated, shifted

SHARES = st.floats(min_value=0.01, max_value=0.99)


@given(st.floats(min_value=0.001, max_value=0.999), SHARES, SHARES)
def test_there_and_back_again(probability, one, other):
    back = shifted(shifted(probability, one, other), other, one)
    assert abs(back - probability) < 1e-6


def test_a_rarer_label_is_less_probable():
    assert shifted(0.5, 0.5, 0.1) < 0.2
    assert shifted(0.5, 0.5, 0.9) > 0.8


def test_the_share_of_a_flow_is_found_without_labels():
    """Scores come from two bells; probabilities are right at a half, the flow holds a fifth."""
    draw = random.Random(1)
    flow = [draw.gauss(1.5 if draw.random() < 0.2 else -1.5, 1.5) for _ in range(2_000)]
    probabilities = [
        shifted(0.5, 0.5, 1 / (1 + 2.718281828 ** (-2 * 1.5 * x / 1.5**2))) for x in flow
    ]
    assert abs(estimated(probabilities, 0.5) - 0.2) < 0.04


def test_without_documents_nothing_is_learnt():
    assert estimated([], 0.3) == 0.3
