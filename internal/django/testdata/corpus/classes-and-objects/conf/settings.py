from .objects import Base, Child, Database, Point, Tier, cached

TIER = Tier.current().value
QUOTA = Tier.current().quota
IS_GOLD = Tier.current() == Tier.GOLD
NAMES = [t.name for t in Tier]
VALUES = {t.name: t.value for t in Tier}
BY_NAME = Tier["FREE"].value
database = Database.from_env()
DATABASES = {"default": database.as_dict()}
DATABASES["default"]["OPTIONS"]["sslmode"] = "require"
URL = database.url
EMPTY = Database().options
base = Base("b", x=1)
child = Child("e", y=2)
HOSTS = base.hosts + child.hosts
FLAGS = {**base.flags, **child.flags}
DEBUG = child.debug
BASE_DEBUG = Base.debug
TWICE = Base.twice(4)
DESCRIBE = child.describe()
MISSING = base.nothing
EXTRA = child.extra
CACHED = cached(1)
POINT = Point(3).y
POINT_X = Point(y=1, x=9)[0]
