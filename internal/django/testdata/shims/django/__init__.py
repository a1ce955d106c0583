VERSION = (5, 0, 0, "final", 0)
