"""Verifies tokens with PyJWT, which knows nothing of this project: reads a JSON list of {"token", "audience"} and writes a JSON
list of errors, empty where the token is good: <issuer> <port> <authority>. The issuer's host is at that port of this machine."""

import json
import socket
import ssl
import sys
import urllib.request

import jwt

issuer, port, authority = sys.argv[1:]
connect = socket.create_connection
socket.create_connection = lambda _, *rest, **more: connect(("127.0.0.1", int(port)), *rest, **more)
context = ssl.create_default_context(cafile=authority)

with urllib.request.urlopen(f"{issuer}/.well-known/openid-configuration", context=context) as answer:
    configuration = json.load(answer)
keys = jwt.PyJWKClient(configuration["jwks_uri"], ssl_context=context)


def error_of(token: str, audience: str) -> str:
    try:
        key = keys.get_signing_key_from_jwt(token)
        jwt.decode(
            token,
            key.key,
            algorithms=configuration["id_token_signing_alg_values_supported"],
            audience=audience,
            issuer=configuration["issuer"],
            options={"require": ["exp", "iat", "sub"]},
        )
        return ""
    except jwt.PyJWTError as error:
        return f"{type(error).__name__}: {error}"


print(json.dumps([error_of(**question) for question in json.load(sys.stdin)]))
