"""Every error Moodlens raises on purpose; the message says in the user's words what happened and what to do.

MoodlensError
├── ConfigurationError        a setting or environment variable makes no sense
├── ModelError                a model cannot be had or used
│   ├── UnknownModel          no model of that task and name
│   ├── ModelUnavailable      weights are not on disk and downloads are off, or the network is gone
│   ├── ModelFailed           it was there, but gave no answer, or stopped in the middle of one
│   └── DamagedModel          a weight file does not match its sha256, or cannot be read
├── InputError                what the user gave cannot be used
│   ├── PhotoError            not an image, damaged, too large ...
│   ├── QuestionError         empty or over-long question
│   └── ReviewFileError       a review file cannot be read
└── LibraryError              an imported set of reviews
    ├── LibraryNotFound
    ├── LibraryDamaged        manifest, index and reviews do not belong together
    ├── LibraryBusy           another process writes to it
    └── ImportCancelled       the user stopped the import
"""

__all__ = [
    "ConfigurationError",
    "DamagedModel",
    "ImportCancelled",
    "InputError",
    "LibraryBusy",
    "LibraryDamaged",
    "LibraryError",
    "LibraryNotFound",
    "ModelError",
    "ModelFailed",
    "ModelUnavailable",
    "MoodlensError",
    "PhotoError",
    "QuestionError",
    "ReviewFileError",
    "UnknownModel",
]


class MoodlensError(Exception):
    """Base of all expected errors; `str(error)` may be shown to a user as it is."""


class ConfigurationError(MoodlensError): ...


class ModelError(MoodlensError): ...


class UnknownModel(ModelError): ...


class ModelUnavailable(ModelError): ...


class ModelFailed(ModelError): ...


class DamagedModel(ModelError): ...


class InputError(MoodlensError): ...


class PhotoError(InputError): ...


class QuestionError(InputError): ...


class ReviewFileError(InputError): ...


class LibraryError(MoodlensError): ...


class LibraryNotFound(LibraryError): ...


class LibraryDamaged(LibraryError): ...


class LibraryBusy(LibraryError): ...


class ImportCancelled(LibraryError): ...
