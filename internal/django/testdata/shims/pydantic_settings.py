"""What settings use of pydantic-settings."""
import json
import os

import dotenv
from pydantic import AliasChoices, BaseModel, is_complex


def SettingsConfigDict(**kwargs):
    return kwargs


class BaseSettings(BaseModel):
    model_config = {}
    validates_defaults = True

    def __init__(self, **values):
        config = {}
        for c in reversed(type(self).__mro__):
            config.update(vars(c).get("model_config", {}))
        lower = (lambda s: s) if config.get("case_sensitive") else str.lower
        env = {}
        files = config.get("env_file") or ()
        for f in [files] if isinstance(files, (str, os.PathLike)) else files:
            env.update({lower(k): v for k, v in dotenv.dotenv_values(str(f)).items() if os.path.isfile(f)})
        env.update({lower(k): v for k, v in os.environ.items()})
        for name, kind in self._fields().items():
            alias = self._info(name).alias
            names = [config.get("env_prefix", "") + name]
            if alias:
                names = list(alias.choices) if isinstance(alias, AliasChoices) else [alias]
            for n in map(lower, names):
                if n in env and name not in values:
                    values[name] = json.loads(env[n]) if is_complex(kind) else env[n]
            delimiter = config.get("env_nested_delimiter")
            if delimiter and isinstance(kind, type) and issubclass(kind, BaseModel) and not alias:
                start = lower(names[0] + delimiter)
                nested = {k[len(start):]: v for k, v in env.items() if k.startswith(start)}
                if nested:
                    values[name] = {**values.get(name, {}), **nested}
        super().__init__(**values)
