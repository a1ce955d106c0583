from . import NAME
from ..parts import NAME as SAME
EXTRA = NAME + SAME
