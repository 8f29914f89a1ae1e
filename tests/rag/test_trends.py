"""A planted jump is marked where it was planted; noise is left alone."""

import datetime

import numpy as np
import pytest

from rag import trends, trends_scan
from rag.trends import Trends, periods, unit_of
from rag.trends_scan import Scan

REVIEWS = 1_200


def year(seed: int, shares: list[float]) -> Trends:
    """Twelve months of reviews; theme "a" has the given share in each, "b" and "c" halve what is left."""
    random = np.random.default_rng(seed)
    month = random.integers(0, 12, REVIEWS)
    first = (np.datetime64("2025-01") + month).astype("datetime64[D]")
    days = (first.astype(np.int64) + random.integers(0, 28, REVIEWS)).astype("datetime64[D]")
    rest = np.where(random.random(REVIEWS) < 0.5, 1, 2)
    places = np.where(random.random(REVIEWS) < np.array(shares)[month], 0, rest)
    found = trends.trends(days, {"theme": (("a", "b", "c"), places)})
    assert found is not None
    return found


def test_noise_is_marked_in_at_most_5_percent_of_200_libraries() -> None:
    marked = [any(line.changes for line in year(seed, [0.2] * 12).series) for seed in range(200)]
    assert np.mean(marked) <= 0.05


def test_a_jump_in_month_7_is_marked_there() -> None:
    for seed in range(10):
        line = year(seed, [0.2] * 6 + [0.45] * 6).series[0]
        assert [change.end if change.start == 0 else change.start for change in line.changes] == [6]
        assert min(line.changes[0].inside, line.changes[0].outside) == pytest.approx(0.2, abs=0.06)
        assert max(line.changes[0].inside, line.changes[0].outside) == pytest.approx(0.45, abs=0.06)


def test_one_month_out_of_line_is_marked_alone() -> None:
    changes = year(1, [0.2] * 6 + [0.6] + [0.2] * 5).series[0].changes
    assert [(change.start, change.end) for change in changes] == [(6, 7)]
    assert changes[0].inside == pytest.approx(0.6, abs=0.1)
    assert changes[0].q <= trends.ALPHA


def test_two_jumps_are_both_marked() -> None:
    changes = year(2, [0.1] * 2 + [0.6] + [0.1] * 6 + [0.6] + [0.1] * 2).series[0].changes
    assert [(change.start, change.end) for change in changes] == [(2, 3), (9, 10)]


def test_the_statistic_by_hand() -> None:
    # 1 of 10, 9 of 10, 1 of 10: the middle one against the other two
    best = Scan(np.array([10, 10, 10])).strongest(np.array([1, 9, 1]))
    assert (best.start, best.end, best.inside, best.outside) == (1, 2, 0.9, 0.1)

    def log_likelihood(hits: int, of: int) -> float:
        return float(hits * np.log(hits / of) + (of - hits) * np.log((of - hits) / of))

    ratio = log_likelihood(9, 10) + log_likelihood(2, 20) - log_likelihood(11, 30)
    found = Scan(np.array([10, 10, 10]))._ratios(np.array([[1, 9, 1]]))
    assert found.max() == pytest.approx(ratio)


def test_p_is_uniform_enough_where_nothing_happens() -> None:
    totals = np.full(12, 40)
    scan, random = Scan(totals), np.random.default_rng(5)
    drawn = random.multivariate_hypergeometric(totals, 100, size=200, method="marginals")
    values = np.array([scan.strongest(row).p for row in drawn])
    assert np.mean(values <= 0.1) == pytest.approx(0.1, abs=0.06)
    assert np.mean(values <= 0.5) == pytest.approx(0.5, abs=0.1)


def test_the_normal_limit_gives_the_p_of_the_shuffles(monkeypatch: pytest.MonkeyPatch) -> None:
    totals = np.array([100, 150, 90, 120, 200, 100, 130, 110])
    random = np.random.default_rng(8)
    drawn = random.multivariate_hypergeometric(totals, 300, size=12, method="marginals")
    limit = np.array([Scan(totals).strongest(row).p for row in drawn])
    monkeypatch.setattr(trends_scan, "MANY", 1e9)
    monkeypatch.setattr(trends_scan, "_ENOUGH_EXCEEDANCES", 10_000)
    shuffled = np.array([Scan(totals).strongest(row).p for row in drawn])
    assert np.ptp(shuffled) > 0.5
    np.testing.assert_allclose(limit, shuffled, atol=0.04)


def test_p_of_a_chosen_ratio_by_the_normal_limit_and_by_the_bound() -> None:
    scan = Scan(np.array([1000, 1000]))  # two runs that are the same: p is chi squared's tail
    assert scan._p(1.92, 1000) == pytest.approx(0.05, abs=0.008)
    assert scan._p(20.0, 1000) == pytest.approx(2 * 2.54e-10, rel=0.01)


@pytest.mark.parametrize(
    ("last", "unit"),
    [("2025-03-01", "week"), ("2026-06-01", "month"), ("2030-01-01", "quarter"), ("2060-01-01", "year")],
)
def test_period_follows_the_span(last: str, unit: str) -> None:
    assert unit_of(datetime.date(2025, 1, 1), datetime.date.fromisoformat(last)) == unit


def test_periods_begin_where_the_calendar_says() -> None:
    days = np.array(["2025-01-05", "2025-01-06", "2025-01-20"], "datetime64[D]")  # a Sunday, a Monday, a Monday
    numbers, starts = periods(days, "week")
    assert numbers.tolist() == [0, 1, 3]
    assert starts == tuple(datetime.date(2024, 12, 30) + datetime.timedelta(7 * n) for n in range(4))
    numbers, starts = periods(days + 150, "quarter")
    assert numbers.tolist() == [0, 0, 0]
    assert starts == (datetime.date(2025, 4, 1),)


def test_reviews_without_dates_show_nothing() -> None:
    places = np.zeros(50, np.int64)
    assert trends.trends(np.full(50, np.datetime64("NaT"), "datetime64[D]"), {"theme": (("a",), places)}) is None
    same_day = np.full(50, np.datetime64("2025-01-01"), "datetime64[D]")
    assert trends.trends(same_day, {"theme": (("a",), places)}) is None


def test_periods_of_too_few_reviews_are_left_out() -> None:
    months = np.repeat(np.arange(8), [1, 6, 5, 4, 7, 9, 2, 1])
    days = (np.datetime64("2025-01") + months).astype("datetime64[D]")
    found = trends.trends(days, {"theme": (("a",), np.zeros(len(days), np.int64))}, "month")
    assert found is not None
    assert found.starts[0] == datetime.date(2025, 2, 1)
    assert found.totals.tolist() == [6, 5, 0, 7, 9]
    assert found.series[0].counts.tolist() == [6, 5, 0, 7, 9]


def test_periods_that_are_nearly_empty_beside_full_ones_are_left_out() -> None:
    counts = [6, 19, 20, 2_000, 500, 12, 800]
    days = (np.datetime64("2025-01") + np.repeat(np.arange(7), counts)).astype("datetime64[D]")
    found = trends.trends(days, {"theme": (("a",), np.zeros(len(days), np.int64))}, "month")
    assert found is not None
    assert (found.least, found.starts[0]) == (20, datetime.date(2025, 3, 1))
    assert found.totals.tolist() == [20, 2_000, 500, 0, 800]

    few = np.repeat(np.arange(5), [2_000, 6, 7, 8, 9])  # one full month must not take all the others away
    found = trends.trends(
        (np.datetime64("2025-01") + few).astype("datetime64[D]"),
        {"theme": (("a",), np.zeros(2_030, np.int64))},
        "month",
    )
    assert found is not None
    assert (found.least, found.totals.tolist()) == (5, [2_000, 6, 7, 8, 9])


def test_counts_leave_out_what_has_no_date_or_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trends, "FEWEST_IN_PERIOD", 1)
    days = np.array(["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "NaT", "2025-04-02"], "datetime64[D]")
    found = trends.trends(days, {"theme": (("a", "b"), np.array([0, 0, 1, -1, 0, 1]))}, "month")
    assert found is not None
    assert found.totals.tolist() == [1, 1, 1, 2]
    assert [line.counts.tolist() for line in found.series] == [[1, 1, 0, 0], [0, 0, 1, 1]]
    assert found.tested == 0
    assert [line.changes for line in found.series] == [(), ()]
