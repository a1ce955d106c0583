__all__ = ["ONE", "_TWO"]
ONE = 1
_TWO = 2
THREE = 3
