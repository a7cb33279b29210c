"""What can go wrong, one tree.

    WebenvError
    ├── InputError        (ValueError)         something the caller gave: a path, an option, a task file
    │   └── NotFound      (FileNotFoundError)  a path that does not exist
    ├── SnapshotError     (ValueError)         a snapshot that is damaged, foreign or of another version
    ├── BuildError        (RuntimeError)       a snapshot that could not be built
    ├── CrawlError        (RuntimeError)       a crawl that could not start or go on
    ├── SearchIndexError  (RuntimeError)       Java or Lucene is broken on this machine
    ├── PolicyError       (RuntimeError)       a policy that cannot be loaded or asked
    └── TrainingError     (RuntimeError)       a training that could not start or go on

What a *policy* does wrong is never an exception: it is an observation. What a *page* or a *record* has wrong is never
an exception either: it is a counted outcome with a file and an offset. Exceptions are for the caller and the machine.
Every message says what, where, and what to run next.
"""


class WebenvError(Exception):
    """Root of everything raised on purpose in this project."""


class InputError(WebenvError, ValueError):
    """The caller gave something unusable; the message names it and says what would be usable."""


class NotFound(InputError, FileNotFoundError):
    """A path that the caller gave does not exist."""


class SnapshotError(WebenvError, ValueError):
    """A snapshot is damaged, foreign or of another version; the message names file and place."""


class BuildError(WebenvError, RuntimeError):
    """A snapshot could not be built; nothing that existed before was changed."""


class CrawlError(WebenvError, RuntimeError):
    """A crawl could not start or go on; what was recorded so far is kept."""


class SearchIndexError(WebenvError, RuntimeError):
    """Java or Lucene is broken on this machine. Never shown to a policy as an empty result."""


class PolicyError(WebenvError, RuntimeError):
    """A policy cannot be loaded or asked."""


class TrainingError(WebenvError, RuntimeError):
    """A training could not start or go on; its last complete checkpoint is kept."""
