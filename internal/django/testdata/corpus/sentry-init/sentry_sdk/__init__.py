def init(**kwargs):
    return None
