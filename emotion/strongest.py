"""What is read off seven probabilities: the strongest emotion, its share and those behind it."""

import numpy as np

from backends.contracts import FACE_EMOTIONS, FloatArray


class Strongest:
    """A reading with (7,) `probabilities` in the order of FACE_EMOTIONS; of equal ones the first there counts."""

    probabilities: FloatArray

    @property
    def ranked(self) -> list[tuple[str, float]]:
        """All seven with their probabilities, most probable first."""
        order = np.argsort(-self.probabilities, kind="stable")
        return [(FACE_EMOTIONS[index], float(self.probabilities[index])) for index in order]

    @property
    def emotion(self) -> str:
        """The most probable emotion."""
        return self.ranked[0][0]

    @property
    def confidence(self) -> float:
        """Its probability."""
        return self.ranked[0][1]

    @property
    def runner_up(self) -> tuple[str, float]:
        """The second most probable emotion and its probability."""
        return self.ranked[1]
