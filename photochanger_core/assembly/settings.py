"""What holds for all slots."""

from __future__ import annotations

from functools import cached_property

from photochanger_core.use_cases.configure_settings import ConfigureSettings
from photochanger_core.use_cases.find_key import FindKey
from photochanger_core.use_cases.races import OneByOne
from photochanger_core.use_cases.read_settings import ReadSettings
from photochanger_core.use_cases.reseal_keys import ResealKeys

from .assembled import Assembled


class Settings(Assembled):
    """Use cases about settings and the keys of providers."""

    @cached_property
    def configure_settings(self) -> ConfigureSettings:
        return ConfigureSettings(
            settings=self._ports.settings,
            seals=self._ports.seals,
            passwords=self._ports.passwords,
            audit=self._ports.audit,
            clock=self._ports.clock,
            providers=self._ports.providers.keys(),
            one_by_one=OneByOne(what="settings", runs=self._ports.runs, clock=self._ports.clock),
        )

    @cached_property
    def read_settings(self) -> ReadSettings:
        return ReadSettings(
            settings=self._ports.settings,
            find_key=self._find_key,
            providers=self._ports.providers.keys(),
            clock=self._ports.clock,
        )

    @cached_property
    def reseal_keys(self) -> ResealKeys:
        return ResealKeys(
            keys=self._ports.provider_keys,
            seals=self._ports.seals,
            audit=self._ports.audit,
            clock=self._ports.clock,
        )

    @cached_property
    def _find_key(self) -> FindKey:
        return FindKey(
            keys=self._ports.provider_keys,
            seals=self._ports.seals,
            environment=self._ports.environment_keys,
        )
