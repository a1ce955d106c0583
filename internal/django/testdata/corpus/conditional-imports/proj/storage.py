STORAGE = "s3"
_bucket = "b"
