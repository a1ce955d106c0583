import os
from urllib.parse import quote_plus

HOST = os.environ.get("HOST", "localhost")
PORT = int(os.environ.get("PORT", 5432))
USER = os.environ.get("USER_NAME", "postgres")
PW = os.environ.get("PW", "")
URL1 = "postgres://{user}:{pw}@{host}:{port}/{db}".format(user=USER, pw=PW, host=HOST, port=PORT, db="app")
URL2 = "postgres://%s:%s@%s:%d/%s" % (USER, PW, HOST, PORT, "app")
URL3 = f"postgres://{USER}:{PW}@{HOST}:{PORT}/{'app'}"
URL4 = "".join(["postgres://", USER, ":", PW, "@", HOST, ":", str(PORT), "/", "app"])
SAME = URL1 == URL2 == URL3 == URL4
URL5 = "postgres://" + USER + (":" + PW if PW else "") + "@" + HOST
NESTED = f"{f'{HOST}'.upper():>12}|{PORT:05d}|{PORT!s:>3}"
DICT = "{0[host]}:{0[port]}".format({"host": HOST, "port": PORT})
BRACES = "{{literal}} {}".format(1) + f"{{x}}{{{PORT}}}"
PERCENT = "100%% %s" % HOST
MULTI = f"""
host={HOST}
port={PORT}
""".strip()
EXPR = f"{PORT + 1 if PORT > 1 else 'low'}-{len(HOST)}-{HOST.split('.')[0]}"
