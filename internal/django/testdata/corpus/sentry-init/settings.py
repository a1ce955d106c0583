import os
import logging
import sentry_sdk
from sentry_sdk.integrations.django import DjangoIntegration

SENTRY_DSN = os.environ.get("SENTRY_DSN", "")
TRACES = 0.0
if SENTRY_DSN:
    sentry_sdk.init(dsn=SENTRY_DSN, integrations=[DjangoIntegration()], traces_sample_rate=0.25, send_default_pii=False)
    TRACES = float(os.environ.get("TRACES", "0.25"))
    sentry_logging = logging.INFO
RELEASE = os.environ.get("RELEASE", "dev")[:7]
LOG = logging.WARNING
