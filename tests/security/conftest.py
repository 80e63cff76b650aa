"""Attacks meet the same real servers as everything else."""

from tests.system.conftest import gateway, openai_client, people, provider, provider_process

__all__ = ["gateway", "openai_client", "people", "provider", "provider_process"]
