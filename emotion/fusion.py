"""One emotion from several readings of the same moment: words, a face, later a voice.

    fusion = fuse({"text": text_shares, "image": face_shares})
    fusion.emotion, fusion.confidence, fusion.conflict

The rule is a logarithmic opinion pool, the product of experts with prior correction: given the emotion the readings are
taken as independent, so with calibrated probabilities p_i and a common prior q over the seven classes

    p(class) ∝ q(class)^(1 - n) · p_1(class) · ... · p_n(class)

(Genest and Zidek 1986, https://doi.org/10.1214/ss/1177013825; Hinton 2002 for the name). It follows, and is tested,
that one reading alone comes out unchanged, that the order of readings does not matter, and that readings which agree on
the strongest class make it at least as certain as the surer of them (with the even prior that is the default).

Readings that contradict each other are not averaged away: `conflict` names the two, and the caller asks. Two readings
contradict each other if their strongest classes differ, neither is neutral (which contradicts nothing),
and their Jensen-Shannon distance is at least CONFLICT_DISTANCE. Does not handle: readings that depend on each other
(two photos of one face would count twice).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from backends.contracts import FACE_EMOTIONS, FloatArray
from backends.logits import softmax
from emotion.strongest import Strongest

CONFLICT_DISTANCE = 0.6
"""Jensen-Shannon distance (base 2: 0 for the same shares, 1 for shares that have nothing in common) from which two
readings with different strongest classes contradict each other. Two readings that give 0.62 to different classes and
spread the rest evenly are that far apart."""

_FLOOR = 1e-6
"""No reading may rule a class out for all others: smaller probabilities count as this."""
_NEUTRAL = FACE_EMOTIONS.index("neutral")

Float64 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Fusion(Strongest):
    """What several readings say together: (7,) probabilities in the order of FACE_EMOTIONS, their sum is 1.

    `conflict` holds the names of the two readings that contradict each other most, or None; `distance` is the largest
    Jensen-Shannon distance between any two readings (0 for a single one).
    """

    probabilities: FloatArray
    distance: float = 0.0
    conflict: tuple[str, str] | None = None


def fuse(readings: Mapping[str, FloatArray], prior: FloatArray | None = None) -> Fusion:
    """Fuse readings of one moment by the rule of this module.

    Args:
        readings: modality -> (7,) calibrated probabilities in the order of FACE_EMOTIONS.
        prior: (7,) the prior the readings share; default: even.

    Raises:
        ValueError: there is no reading, or one is not seven probabilities that sum to 1.
    """
    if not readings:
        raise ValueError("fuse needs at least one reading")
    rows = {name: _checked(name, row) for name, row in readings.items()}
    if len(rows) == 1:
        (only,) = readings.values()
        return Fusion(np.asarray(only, np.float32))
    even = np.full(len(FACE_EMOTIONS), 1 / len(FACE_EMOTIONS))
    pooled = _pool(np.stack(list(rows.values())), even if prior is None else _checked("prior", prior))
    pairs = {pair: js_distance(rows[pair[0]], rows[pair[1]]) for pair in combinations(sorted(rows), 2)}
    clashing = {pair: distance for pair, distance in pairs.items() if _contradict(rows[pair[0]], rows[pair[1]])}
    worst = max(clashing, key=lambda pair: clashing[pair]) if clashing else None
    return Fusion(pooled, max(pairs.values()), worst)


def _checked(name: str, row: FloatArray) -> Float64:
    values = np.asarray(row, np.float64)
    if values.shape != (len(FACE_EMOTIONS),) or values.min() < 0 or not abs(values.sum() - 1) < 1e-3:
        raise ValueError(f"{name} must be {len(FACE_EMOTIONS)} probabilities that sum to 1, got {row!r}")
    return values


def _pool(rows: Float64, prior: Float64) -> FloatArray:
    logs = np.log(np.maximum(rows, _FLOOR))
    logs.sort(axis=0)  # added in order of size: the sum is the same whatever the order of the readings
    total = logs.sum(axis=0) + (1 - len(rows)) * np.log(np.maximum(prior, _FLOOR))
    shares: FloatArray = softmax(total[None])[0]
    return shares


def js_distance(first: FloatArray | Float64, second: FloatArray | Float64) -> float:
    """Return the Jensen-Shannon distance of two rows of probabilities, base 2: in [0, 1], symmetric.

    >>> import numpy as np
    >>> js_distance(np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    1.0
    """
    one, two = np.asarray(first, np.float64), np.asarray(second, np.float64)
    middle = (one + two) / 2
    divergence = (_relative_entropy(one, middle) + _relative_entropy(two, middle)) / 2
    return float(np.sqrt(min(max(divergence, 0.0), 1.0)))


def _relative_entropy(row: Float64, other: Float64) -> float:
    present = row > 0
    return float((row[present] * np.log2(row[present] / other[present])).sum())


def _contradict(first: Float64, second: Float64) -> bool:
    tops = {int(first.argmax()), int(second.argmax())}
    return len(tops) == 2 and _NEUTRAL not in tops and js_distance(first, second) >= CONFLICT_DISTANCE
