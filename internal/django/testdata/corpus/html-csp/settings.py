import os

SELF = "'self'"
CDN = os.environ.get("CDN")
CSP_DEFAULT_SRC = (SELF,)
CSP_SCRIPT_SRC = (SELF, *((f"https://{CDN}",) if CDN else ()))
CSP_IMG_SRC = CSP_DEFAULT_SRC + ("data:",)
SECURE_CSP = {
    "default-src": [SELF],
    "script-src": list(CSP_SCRIPT_SRC),
    "frame-ancestors": ["'none'"],
}
SECURE_CSP["connect-src"] = SECURE_CSP["default-src"] + [f"wss://{h}" for h in ("a", "b")]
CSP_HEADER = "; ".join(f"{k} {' '.join(v)}" for k, v in SECURE_CSP.items())
CONTENT_SECURITY_POLICY = {"EXCLUDE_URL_PREFIXES": ["/admin"], "DIRECTIVES": {k.replace("-", "_"): v for k, v in SECURE_CSP.items()}}
