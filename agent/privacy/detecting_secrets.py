"""The maintained detector `detect-secrets`, asked line by line about a text in memory."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from memory.errors import PrivacyError

if TYPE_CHECKING:
    from detect_secrets.plugins.base import BasePlugin

_PLUGINS = (
    ("artifactory", "ArtifactoryDetector"),
    ("aws", "AWSKeyDetector"),
    ("azure_storage_key", "AzureStorageKeyDetector"),
    ("basic_auth", "BasicAuthDetector"),
    ("cloudant", "CloudantDetector"),
    ("discord", "DiscordBotTokenDetector"),
    ("github_token", "GitHubTokenDetector"),
    ("gitlab_token", "GitLabTokenDetector"),
    ("ibm_cloud_iam", "IbmCloudIamDetector"),
    ("ibm_cos_hmac", "IbmCosHmacDetector"),
    ("jwt", "JwtTokenDetector"),
    ("keyword", "KeywordDetector"),
    ("mailchimp", "MailchimpDetector"),
    ("npm", "NpmDetector"),
    ("openai", "OpenAIDetector"),
    ("private_key", "PrivateKeyDetector"),
    ("pypi_token", "PypiTokenDetector"),
    ("sendgrid", "SendGridDetector"),
    ("slack", "SlackDetector"),
    ("softlayer", "SoftlayerDetector"),
    ("square_oauth", "SquareOAuthDetector"),
    ("stripe", "StripeDetector"),
    ("telegram_token", "TelegramBotTokenDetector"),
    ("twilio", "TwilioKeyDetector"),
)
"""Modules and classes. Those that go by entropy alone are left out: they take every hash for a
secret; so is the one for internet addresses, which are personal data."""


class SecretsDetector:
    """Asks the plugins of `detect-secrets`, none of which calls anybody to verify."""

    def secrets(self, text: str) -> Sequence[str]:
        """What the plugins find, without what their own filters take for no secret."""
        try:
            from detect_secrets.filters import heuristic

            plugins = self._plugins
            return [
                found
                for line in text.splitlines()
                for plugin in plugins
                for found in plugin.analyze_string(line)
                if not (
                    heuristic.is_sequential_string(found)
                    or heuristic.is_potential_uuid(found)
                    or heuristic.is_templated_secret(found)
                    or heuristic.is_prefixed_with_dollar_sign(found)
                    or heuristic.is_not_alphanumeric_string(found)
                )
            ]
        except (ImportError, AttributeError, TypeError, ValueError) as error:
            raise PrivacyError(
                f"{type(error).__name__} in 'detect-secrets'; install the package anew "
                "(`pip install --force-reinstall passdown`)"
            ) from error

    @cached_property
    def _plugins(self) -> tuple[BasePlugin, ...]:
        from importlib import import_module

        return tuple(
            getattr(import_module(f"detect_secrets.plugins.{module}"), name)()
            for module, name in _PLUGINS
        )
