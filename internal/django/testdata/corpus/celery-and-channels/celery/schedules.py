class crontab:
    def __init__(self, minute="*", hour="*"):
        self.minute, self.hour = minute, hour
