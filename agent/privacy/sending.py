"""What is looked for in texts before a model is sent them: everything that may be private.

A word too many harms nobody here, for every placeholder is put back in the answer; so even what is
only possibly a name is hidden, unless the policy asks for more certainty.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from agent.method.concealing import Find
from agent.method.naming import Confidence
from agent.method.personal import PersonalSpan
from agent.privacy.look import PrivateLook, shipped_look
from memory.records.privacy_policy import PrivacyPolicy

Private = Callable[[str | None], Find]
"""From a community's id (`None`: words of several may be sent) to its look."""


def private_in(policy: PrivacyPolicy | None = None, look: PrivateLook | None = None) -> Private:
    """The look of each community under a policy. Members' names are the mask's own affair.

    What it gives raises `PrivacyError` where a library of the look fails: then nothing is sent.
    """
    rules = policy or PrivacyPolicy()
    least = Confidence[rules.names_sent.upper()]

    def of_community(community_id: str | None) -> Find:
        terms = rules.all_terms() if community_id is None else rules.terms(community_id)

        def find(text: str) -> Sequence[PersonalSpan]:
            return (look or shipped_look()).spans(text, {}, terms, least)

        return find

    return of_community
