import os
X = os.environ.get("X", "0")
