import os
import sys

TESTING = "test" in sys.argv
RUNNING = len(sys.argv) > 1 and sys.argv[1] == "runserver"
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PYTEST = "pytest" in sys.modules
MIGRATING = sys.argv[1:2] == ["migrate"]
PLATFORM = sys.platform.startswith("win")
NAME = __name__
PROGRAM = os.path.basename(sys.argv[0])
