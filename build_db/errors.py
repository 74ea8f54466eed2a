"""The exceptions that cross room borders. Each message is one line that names the thing and the way out."""

ENVIRONMENT = "activate the environment first (. .venv/bin/activate), or make it (make .venv/ready)"


class UsageError(Exception):
    """The command cannot be carried out as given; nothing was touched. Exit code 2."""


class NotNow(UsageError):
    """A file cannot be read at the moment, which says nothing of what it is."""


class Unreadable(Exception):
    """A file of the tree cannot be read; the message tells why and never quotes its content."""


class Barred(Unreadable):
    """Not what is in the file, but the machine is in the way: a disk that fails or is full, a lack of rights."""


class CheckFailed(Exception):
    """A finished file did not pass its checks and was not published."""


class Busy(Exception):
    """Another run of the tool is at work in the same place; nothing was touched. Exit code 4."""


class BadTable(ValueError):
    """One of the tool's own tables, such as `policy.yml`, is wrong; the message names file, entry and key. Code 3."""
