"""How far long work has come, and how long it will still take, in numbers and in words."""

from dataclasses import dataclass

STAGES = {
    "checking": "Checking the rows",
    "reading": "Getting the models ready",
    "embedding": "Reading each review",
    "writing": "Storing the library",
}
"""The stages of an import, in order, and what each is for the user."""


@dataclass(frozen=True)
class Progress:
    """How far an import is: `done` of `total` reviews (None if unknown) after `seconds`.

    `stage` is one of STAGES; `before` of the reviews were done by an earlier run that broke off.
    """

    stage: str
    done: int
    total: int | None
    seconds: float
    before: int = 0

    @property
    def doing(self) -> str:
        """What is being done, in words."""
        return STAGES[self.stage]

    @property
    def rate(self) -> float:
        """Reviews per second."""
        return (self.done - self.before) / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Seconds until the end at this rate, if it can be told."""
        if self.total is None or self.rate <= 0:
            return None
        return (self.total - self.done) / self.rate

    @property
    def left(self) -> str:
        """The time that is left in words; empty if it cannot be told."""
        return "" if self.seconds_left is None else left(self.seconds_left)


def left(seconds: float) -> str:
    """Return a time that is left in words, no more exactly than it can be told.

    >>> left(1), left(89), left(3_818), left(21_360), left(19_500)
    ('almost done', 'about 89 s left', 'about 64 min left', 'about 6 h left', 'about 5 h 20 min left')
    """
    if seconds < 1.5:
        return "almost done"
    if seconds < 90:
        return f"about {seconds:.0f} s left"
    if seconds < 90 * 60:
        return f"about {seconds / 60:.0f} min left"
    hours, minutes = divmod(round(seconds / 600) * 10, 60)  # more would be made up
    return f"about {hours} h {minutes} min left" if minutes else f"about {hours} h left"
