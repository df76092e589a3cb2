#!/usr/bin/env python3
"""usage: configure.py files ORIGIN DATA_DIR
       configure.py server ORIGIN DATA_DIR PUBLIC_JWK

files writes Glewlwyd's configuration, database and pages; server sets the running server up through its administration
API, in an ordinary deployment's configuration, and prints the target file for Oauthentic.
"""
import http.cookiejar
import json
import pathlib
import secrets
import shutil
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request

CALLBACK = "http://127.0.0.1:8765/callback"
OTHER_CALLBACKS = ["http://127.0.0.1:8765/other?kept=1", "https://client.test/callback"]
USERS = {"alice": "correct horse", "bob": "battery staple"}
SCOPES = ["openid", "profile", "read"]
SCHEMA = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
PAGES = "/usr/share/glewlwyd/webapp"
PAGES_CONFIG = "/etc/glewlwyd/config-2.7.json/config.json"
INITIAL_PASSWORD = "password"  # of the user admin, in the package's database

CONFIGURATION = """port={port}
bind_address="127.0.0.1"
external_url="{origin}"
login_url="login.html"
api_prefix="api"
static_files_path="{data}/webapp/"
static_files_mime_types = (
  {{ extension = ".html" mime_type = "text/html" compress = 1 }},
  {{ extension = ".css" mime_type = "text/css" compress = 1 }},
  {{ extension = ".js" mime_type = "application/javascript" compress = 1 }},
  {{ extension = ".json" mime_type = "application/json" compress = 1 }},
  {{ extension = ".png" mime_type = "image/png" compress = 0 }},
  {{ extension = ".woff2" mime_type = "font/woff2" compress = 0 }}
)
log_mode="console"
log_level="WARNING"
cookie_secure=0
session_expiration=2419200
session_key="GLEWLWYD2_SESSION_ID"
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
user_middleware_module_path="/usr/lib/glewlwyd/user_middleware"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
hash_algorithm = "SHA512"
database = {{ type = "sqlite3"; path = "{data}/glewlwyd.db"; }};
"""


def write_files(origin, data):
    with open(SCHEMA, encoding="utf-8") as schema, sqlite3.connect(data / "glewlwyd.db") as database:
        database.executescript(schema.read())
    shutil.copytree(PAGES, data / "webapp", ignore=shutil.ignore_patterns("config.json"))
    shutil.copyfile(PAGES_CONFIG, data / "webapp" / "config.json")
    port = origin.rsplit(":", 1)[1]
    (data / "glewlwyd.conf").write_text(CONFIGURATION.format(port=port, origin=origin, data=data))


class Administration:
    """The administration API, signed in."""

    def __init__(self, origin):
        self.origin = origin
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        )
        self.send("POST", "auth/", {"username": "admin", "password": INITIAL_PASSWORD})

    def send(self, method, path, body):
        request = urllib.request.Request(
            f"{self.origin}/api/{path}",
            method=method,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        try:
            self.opener.open(request, timeout=30).close()
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: status {error.code}: {error.read(500).decode(errors='replace')}")


def client(client_id, method="client_secret_basic", redirect_uris=(CALLBACK, *OTHER_CALLBACKS), **others):
    public = method == "none"
    secret = None if public or method == "private_key_jwt" else secrets.token_hex(32)
    return {
        "client_id": client_id,
        "name": f"The {client_id}",
        "enabled": True,
        "confidential": not public,
        **({"client_secret": secret} if secret else {}),
        "redirect_uri": list(redirect_uris),
        "authorization_type": ["code", "refresh_token", "delete_token"] + ([] if public else ["client_credentials"]),
        "token_endpoint_auth_method": [method],
        "scope": [] if public else ["read"],  # of the client itself, for client credentials
        **others,
    }


def clients(public_jwk):
    """By role of the target file."""
    return {
        "confidential": client("confidential-client"),
        "other": client("other-client"),
        "post": client("post-client", "client_secret_post"),
        "public": client("public-client", "none"),
        "jwt": client("jwt-client", "private_key_jwt", jwks={"keys": [public_jwk]}),
        # RFC 6749 §2.3.1: both halves of Basic credentials are form-encoded first; these octets show whether they are
        # decoded.
        "encoded": client("encoded-client", client_secret="a%2Fb+c:d-" + secrets.token_hex(32)),
        "single": client("single-client", redirect_uris=[CALLBACK]),
        # It may use neither the code flow nor client credentials: a check of unauthorized_client.
        "limited": client("limited-client", authorization_type=["refresh_token"]),
    }


def plugin(origin, key):
    public = subprocess.run(["openssl", "pkey", "-pubout"], input=key, check=True, capture_output=True, text=True).stdout
    on = [
        "auth-type-code-enabled",
        "auth-type-code-revoke-replayed",
        "auth-type-client-enabled",
        "auth-type-refresh-enabled",
        "allow-non-oidc",
        "jwks-show",
        "pkce-allowed",
        "pkce-required-public-client",
        "introspection-revocation-allowed",
        "introspection-revocation-allow-target-client",
        "oauth-as-iss-id",
        "request-parameter-allow",  # private_key_jwt hangs on it as well
    ]
    off = [
        "auth-type-token-enabled",
        "auth-type-id-token-enabled",
        "auth-type-none-enabled",
        "auth-type-password-enabled",
        "auth-type-device-enabled",
        "pkce-method-plain-allowed",
        "register-client-allowed",
        "session-management-allowed",
        "oauth-par-allowed",
        "oauth-dpop-allowed",
    ]
    return {
        "module": "oidc",
        "name": "oidc",
        "display_name": "OpenID Connect",
        "enabled": True,
        "parameters": {
            "iss": f"{origin}/api/oidc",
            "jwt-type": "rsa",
            "jwt-key-size": "256",
            "key": key,
            "cert": public,
            "access-token-duration": 3600,
            "refresh-token-duration": 1209600,
            "code-duration": 600,
            "refresh-token-rolling": True,
            "refresh-token-one-use": "always",  # RFC 9700 §2.2.2
            "scope": [],
            "allowed-scope": SCOPES,
            "client-pubkey-parameter": "pubkey",
            "client-jwks-parameter": "jwks",
            "client-jwks_uri-parameter": "jwks_uri",
            "session-cookie-name": "GLEWLWYD2_SESSION_OIDC",
            "session-cookie-expiration": 2419200,
            "subject-type": "public",
            "name-claim": "on-demand",
            "name-claim-scope": ["profile"],
            "email-claim": "no",
            "scope-claim": "no",
            **{name: True for name in on},
            **{name: False for name in off},
        },
    }


def set_up(origin, data, roles):
    administration = Administration(origin)
    for scope in SCOPES:
        if scope != "openid":  # it is in the package's database
            administration.send(
                "POST",
                "scope/",
                {"name": scope, "display_name": scope, "description": scope, "password_required": True, "scheme": {}},
            )
    for name, password in USERS.items():
        administration.send(
            "POST",
            "user/",
            {
                "username": name,
                "password": password,
                "name": f"{name} Tester",
                "email": f"{name}@users.test",
                "enabled": True,
                "scope": [*SCOPES, "g_profile"],
            },
        )
    for registered in roles.values():
        administration.send("POST", "client/", registered)
    administration.send("POST", "mod/plugin/", plugin(origin, (data / "signing.pem").read_text()))


def target(origin, data, roles):
    def described(registered):
        (method,) = registered["token_endpoint_auth_method"]
        known = {"client_id": registered["client_id"], "authentication": method}
        if method == "private_key_jwt":
            return {**known, "private_key": (data / "jwt-client.pem").read_text(), "key_id": registered["client_id"]}
        return {**known, **({"client_secret": registered["client_secret"]} if "client_secret" in registered else {})}

    # The pages are drawn by a script. That of consent wants its box ticked and one button pressed, then the other.
    login = f"{origin}/login.html"
    consent = [
        {"at": login, "fill": {"#grant-profile": "yes"}, "click": "Grant access", "wait": "1s", "optional": True},
        {"at": login, "click": "Continue", "optional": True},
    ]
    alice, bob = (
        {"username": name, "password": word, "agent": "webdriver", "steps": consent} for name, word in USERS.items()
    )
    return {
        "name": "Glewlwyd",
        "issuer": f"{origin}/api/oidc",
        "redirect_uri": CALLBACK,
        "redirect_uris": OTHER_CALLBACKS,
        "scopes": ["openid", "profile"],
        "clients": {role: described(registered) for role, registered in roles.items()},
        "user": alice,
        "other_user": bob,
        "api": [{"url": f"{origin}/api/oidc/userinfo", "scope": "openid"}],
        "capabilities": {"api_scopes": False},
    }


def main(action, origin, data, public_jwk=None):
    data = pathlib.Path(data)
    if action == "files":
        write_files(origin, data)
        return
    roles = clients(json.loads(public_jwk))
    set_up(origin, data, roles)
    for key, value in target(origin, data, roles).items():
        print(f"{key}: {value if key == 'issuer' else json.dumps(value)}")  # JSON is YAML as well


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5) or sys.argv[1] not in ("files", "server"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
