import os

DEBUG = os.environ.get("DEBUG", "yes") == "yes"
AWS_BUCKET = os.environ.get("AWS_BUCKET")
USE_S3 = bool(AWS_BUCKET) and not DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if USE_S3:
    AWS_S3_REGION_NAME = os.environ.get("AWS_REGION", "eu-west-1")
    AWS_S3_CUSTOM_DOMAIN = f"{AWS_BUCKET}.s3.{AWS_S3_REGION_NAME}.amazonaws.com"
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": AWS_BUCKET, "querystring_auth": False},
    }
    STATIC_URL = "https://%s/static/" % AWS_S3_CUSTOM_DOMAIN
else:
    STATIC_URL = "/static/"
    MEDIA_URL = "/media/"
STORAGES["staticfiles"]["BACKEND"] = STORAGES["staticfiles"]["BACKEND"].replace("StaticFiles", "ManifestStaticFiles")
