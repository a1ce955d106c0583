from main.helpers import *
from pathlib import *
LISTED = list([1])
PATH = Path("x")
OS = os.path.join("a", "b")
str = "text"
S = str
def dict(**kw):
    return sorted(kw)
D = dict(b=1, a=2)
