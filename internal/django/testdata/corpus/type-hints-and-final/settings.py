from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, Final, List, Optional, cast

if TYPE_CHECKING:
    from somewhere import Thing
    TYPED = 0

DEBUG: Final[bool] = False
HOSTS: List[str] = ["a"]
OPTIONS: Dict[str, Any] = {"x": None}
KEY: Optional[str] = os.environ.get("KEY")
TYPED: int = cast(int, int(os.environ.get("TYPED", 5)))
UNASSIGNED: str


def typed(name: str, default: Thing | None = None, /, *, strict: bool = True) -> str | None:
    return name if strict else default


RESULT: str = typed("r")
POSITIONAL = typed("p", "d", strict=False)
