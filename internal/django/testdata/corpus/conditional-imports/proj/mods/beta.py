from .alpha import VALUE as OTHER
VALUE = OTHER + "-beta"
