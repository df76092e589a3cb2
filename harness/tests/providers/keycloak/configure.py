#!/usr/bin/env python3
"""usage: configure.py ISSUER PRIVATE_KEY_FILE PUBLIC_JWK REALM_FILE

Writes the realm to import, in an ordinary deployment's configuration, and prints the target file for Oauthentic.
"""
import json
import os
import sys

CALLBACK = "http://127.0.0.1:8765/callback"
OTHER_CALLBACKS = ["http://127.0.0.1:8765/other?kept=1", "https://client.test/callback"]
USERS = {"alice": "correct horse", "bob": "battery staple"}

# Keycloak answers an introspection only to those whom the token is for (RFC 7662 §4).
AUDIENCE = {
    "name": "audience",
    "protocol": "openid-connect",
    "protocolMapper": "oidc-audience-mapper",
    "config": {
        "included.client.audience": "resource-server",
        "access.token.claim": "true",
        "introspection.token.claim": "true",
    },
}


def client(client_id, secret=None, redirect_uris=(CALLBACK, *OTHER_CALLBACKS), **others):
    return {
        "clientId": client_id,
        "protocol": "openid-connect",
        "publicClient": False,
        "consentRequired": True,
        "standardFlowEnabled": bool(redirect_uris),
        "directAccessGrantsEnabled": False,  # the password grant
        "serviceAccountsEnabled": True,  # the client credentials grant
        "redirectUris": list(redirect_uris),
        "protocolMappers": [AUDIENCE],
        **({"secret": secret} if secret else {}),
        **others,
    }


def clients(public_jwk):
    """By role of the target file."""
    return {
        "confidential": client("confidential-client", "confidential-secret-0123456789abcdef"),
        "other": client("other-client", "other-secret-0123456789abcdef"),
        "post": client("post-client", "post-secret-0123456789abcdef"),
        "public": client(
            "public-client",
            publicClient=True,
            serviceAccountsEnabled=False,
            # Keycloak allows any port where a loopback URI is registered without one (RFC 8252 §7.3).
            redirect_uris=["http://127.0.0.1/callback", *OTHER_CALLBACKS],
            attributes={"pkce.code.challenge.method": "S256"},
        ),
        "jwt": client(
            "jwt-client",
            clientAuthenticatorType="client-jwt",
            attributes={
                "use.jwks.string": "true",
                "jwks.string": json.dumps({"keys": [public_jwk]}),
                "token.endpoint.auth.signing.alg": "ES256",
            },
        ),
        # RFC 6749 §2.3.1: both halves of Basic credentials are form-encoded first; these octets show whether they are
        # decoded. NB: with an id that holds %2B, Keycloak's own sign-in pages send the browser to another client's.
        "encoded": client("encoded:client/one+two", "a%2Fb+c:d/e f-0123456789abcdef"),
        "single": client("single-client", "single-secret-0123456789abcdef", redirect_uris=[CALLBACK]),
        # It may use neither the code flow nor client credentials: a check of unauthorized_client.
        "limited": client(
            "limited-client", "limited-secret-0123456789abcdef", serviceAccountsEnabled=False, standardFlowEnabled=False
        ),
        "resource_server": client(
            "resource-server", "resource-server-secret-0123456789abcdef", redirect_uris=[], serviceAccountsEnabled=False
        ),
    }


def user(name, password):
    return {
        "username": name,
        "enabled": True,
        "email": f"{name}@users.test",
        "emailVerified": True,
        "firstName": name.capitalize(),
        "lastName": "Tester",
        "credentials": [{"type": "password", "value": password}],
    }


def realm(issuer, roles):
    return {
        "realm": issuer.rsplit("/", 1)[1],
        "enabled": True,
        # As Keycloak's guide to hardening asks for; a user whose sign-ins are watched signs in once at a time.
        "bruteForceProtected": True,
        # Refresh tokens are rotated (RFC 9700 §2.2.2).
        "revokeRefreshToken": True,
        "refreshTokenMaxReuse": 0,
        "clients": list(roles.values()),
        "users": [user(*one) for one in USERS.items()],
    }


def target(issuer, roles, private_key):
    def described(role, registered):
        client_id = registered["clientId"]
        if registered["publicClient"]:
            return {"client_id": client_id}
        if role == "jwt":
            return {
                "client_id": client_id,
                "authentication": "private_key_jwt",
                "private_key": private_key,
                "key_id": client_id,
            }
        method = "client_secret_post" if role == "post" else "client_secret_basic"
        return {"client_id": client_id, "client_secret": registered["secret"], "authentication": method}

    alice, bob = ({"username": name, "password": password, "agent": "forms"} for name, password in USERS.items())
    return {
        "name": "keycloak",
        "issuer": issuer,
        "redirect_uri": CALLBACK,
        "redirect_uris": OTHER_CALLBACKS,
        "scopes": ["openid", "profile"],
        "clients": {role: described(role, registered) for role, registered in roles.items()},
        "user": alice,
        "other_user": bob,
        "api": [{"url": f"{issuer}/protocol/openid-connect/userinfo", "scope": "openid"}],
        "capabilities": {"api_scopes": False},
    }


def main(issuer, private_key_file, public_jwk, realm_file):
    roles = clients(json.loads(public_jwk))
    with open(realm_file, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        json.dump(realm(issuer, roles), file, indent=2)
    with open(private_key_file, encoding="utf-8") as file:
        private_key = file.read()
    for key, value in target(issuer, roles, private_key).items():
        print(f"{key}: {value if key == 'issuer' else json.dumps(value)}")  # JSON is YAML as well


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
