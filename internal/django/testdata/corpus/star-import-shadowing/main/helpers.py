import os
from pathlib import Path
DEBUG = "helpers"
def list(*a):
    return "shadowed"
