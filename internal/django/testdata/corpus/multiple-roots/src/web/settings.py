from common.base import *
from web import parts
from web.parts.extra import EXTRA
X = X + "!"
PARTS = parts.NAME
