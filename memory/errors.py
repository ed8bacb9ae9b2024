"""Errors by who must act. Every message names the offending id, file, line or key with `!r`."""

from __future__ import annotations


class PassdownError(Exception):
    """Base of all expected failures: printed as one plain sentence, exit code 2, no traceback."""

    title = "Error"


class UserInputError(PassdownError):
    """The person can mend it: an unknown id, an empty export, an answer to a closed question."""

    title = "Cannot do that"


class PermissionDeniedError(UserInputError):
    """The person bound to this account may not do this; says who may."""

    title = "Not permitted"


class PolicyError(UserInputError):
    """A key of `passdown.toml` is unknown or has an impossible value."""

    title = "Policy file"


class SourceError(PassdownError):
    """An archive cannot be read at all (a single bad record is skipped and counted instead)."""

    title = "Cannot read the archive"


class StoreError(PassdownError):
    """The system of record or the home cannot be used: full, read-only, locked or damaged."""

    title = "Cannot use the home"


class IndexMismatchError(StoreError):
    """The vector index was built by another embedder; it has to be rebuilt, never mixed."""

    title = "Index does not match"


class PromptError(PassdownError):
    """A shipped catalogue or wording file is invalid."""

    title = "Invalid catalogue"


class PrivacyError(PassdownError):
    """The look for personal data and secrets does not work; nothing leaves until it does."""

    title = "Cannot look for personal data"


class ModelOutputError(PassdownError):
    """A model returned something that does not validate; the step may be tried again."""

    title = "Model output"
