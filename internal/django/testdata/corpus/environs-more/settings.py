from environs import Env, EnvError

env = Env(expand_vars=False)
A = env.dict("A", {"z": "0"})
B = env.list("B", [], subcast=int, delimiter=";")
try:
    C = env.bool("C", False)
except EnvError:
    C = "invalid"
D = env.float("D", 1)
E = env.url("E", None)
E_HOST = E.hostname if E else None
F = env.bool("F", default=False)
G = env.list("G", ["default"])
H = env.str("H", default=None) or "fallback"
I = env("I", 5)
LOG = env.log_level("LOG", "INFO")
try:
    J = env.int("J")
except EnvError:
    J = -1
with env.prefixed("NOPE_"):
    K = env.bool("K", True)
L = env.list("L", "not,split")
