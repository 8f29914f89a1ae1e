"""Intervals against published examples and the definitions."""

from math import sqrt

import numpy as np
import pytest
from scipy import stats

from rag.themes_intervals import Interval, corrected, difference, impact, mean, net_sentiment, share


def _ends(interval: Interval) -> list[float]:
    return [interval.low, interval.high]


def test_share_is_wilsons() -> None:
    # Newcombe (1998), Statistics in Medicine 17:857, table I: 81/263 and 0/20
    assert _ends(share(81, 263)) == pytest.approx([0.2553, 0.3662], abs=1e-4)
    assert _ends(share(0, 20)) == pytest.approx([0, 0.1611], abs=1e-4)


def test_difference_is_newcombes_method_10() -> None:
    # Newcombe (1998), Statistics in Medicine 17:873, table II: 56/70 - 48/80 = 0.2 (0.0524 to 0.3339)
    gap = difference(56, 70, 48, 80)
    assert gap == Interval(pytest.approx(0.2), pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4))  # type: ignore[arg-type]


def test_net_sentiment_covers_what_it_should() -> None:
    random, truth = np.random.default_rng(1), 0.5 - 0.2
    counts = random.multinomial(60, [0.2, 0.3, 0.5], size=2_000)
    found = [net_sentiment(float(positive), float(negative), 60) for negative, _, positive in counts]
    assert np.mean([interval.low <= truth <= interval.high for interval in found]) == pytest.approx(0.95, abs=0.015)
    assert net_sentiment(5, 0, 5).value == 1.0
    assert net_sentiment(5, 0, 5).low < 0.95


def test_impact_by_hand() -> None:
    inside, outside = np.array([1.0, 2, 3]), np.array([4.0, 5, 5, 4, 5])
    found = impact(inside, outside)
    assert found is not None
    everything = np.concatenate([inside, outside])
    assert found.value == pytest.approx(everything.mean() - outside.mean())
    welch = stats.ttest_ind(inside, outside, equal_var=False).confidence_interval()
    assert _ends(found) == pytest.approx([3 / 8 * welch.low, 3 / 8 * welch.high])
    assert impact(inside[:1], outside) is None
    assert impact(np.array([2, 2], np.float32), np.array([4, 4], np.float32)) == Interval(-1.0, -1.0, -1.0)


def test_mean_is_students() -> None:
    found = mean(np.array([1, 2, 3, 4], np.float32))
    half = stats.t.ppf(0.975, 3) * sqrt(5 / 3) / 2
    assert found == Interval(2.5, pytest.approx(2.5 - half), pytest.approx(2.5 + half))  # type: ignore[arg-type]
    assert mean(np.array([3], np.float32)) is None


def test_correction_is_benjamini_and_hochbergs() -> None:
    assert corrected([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert corrected([]) == []
