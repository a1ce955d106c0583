CSP = ("'self'",)
COUNT += 1
def helper():
    return COUNT * 10
