import dj_database_url
import os

DATABASES = {
    "default": dj_database_url.config(default="sqlite:///db.sqlite3", conn_max_age=600, ssl_require=False),
    "other": dj_database_url.parse("mysql://u:p@m/n", conn_health_checks=True),
    "tls": dj_database_url.config(env="OTHER_URL", default="postgres:///local", ssl_require=True),
}
DATABASES["default"]["ATOMIC_REQUESTS"] = True
MEMORY = dj_database_url.parse("sqlite://:memory:")
NONE = dj_database_url.config(env="NOT_SET_AT_ALL")
ENGINE = DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
PASSWORD = DATABASES["default"].get("PASSWORD")
db_from_env = dj_database_url.config(conn_max_age=500)
DATABASES["default"].update(db_from_env)
