"""A provider of OpenID Connect on loopback: the authorization code flow, with signed id tokens."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import threading
import time
import urllib.parse
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "planner", "a secret of this client alone"
PEOPLE = {"amina": "Amina Wanjiku", "baraka": "Baraka <b>Otieno</b>"}


class Provider:
    """What it knows: its key, the codes it has given and not taken back yet."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.key = RSAKey.generate_key(2048, {"use": "sig", "kid": "one"})
        self.codes: dict[str, dict[str, str]] = {}
        self.signed_in: list[str] = []

    def settings(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def code_for(self, who: str, asked: dict[str, str]) -> str:
        """Where the browser goes on when somebody has said who they are."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = {**asked, "who": who}
        back = urllib.parse.urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{back}"

    def token(self, given: dict[str, str]) -> dict[str, object]:
        """The tokens for a code, once."""
        asked = self.codes.pop(given["code"])
        assert given["redirect_uri"] == asked["redirect_uri"]
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        assert challenge == asked["code_challenge"]
        now, who = int(time.time()), asked["who"]
        claims = {"iss": self.issuer, "sub": who, "aud": CLIENT, "iat": now, "exp": now + 600}
        claims |= {"nonce": asked["nonce"], "name": PEOPLE[who], "email": f"{who}@example.org"}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        self.signed_in.append(who)
        return {
            "access_token": secrets.token_urlsafe(16),
            "id_token": signed,
            "token_type": "Bearer",
            "expires_in": 600,
        }


class _Answers(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self):
        place = urllib.parse.urlsplit(self.path)
        asked = dict(urllib.parse.parse_qsl(place.query))
        if place.path == "/.well-known/openid-configuration":
            self._json(self.provider.settings())
        elif place.path == "/keys":
            self._json({"keys": [self.provider.key.as_dict(private=False)]})
        elif place.path == "/authorize" and asked["client_id"] == CLIENT:
            links = "".join(
                f'<p><a href="{html.escape(self.provider.code_for(who, asked))}">{who}</a></p>'
                for who in PEOPLE
            )
            self._send(200, f"<h1>Who are you?</h1>{links}".encode(), "text/html")
        else:
            self._send(404, b"", "text/plain")

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        given = dict(urllib.parse.parse_qsl(self.rfile.read(length).decode()))
        sent = self.headers.get("Authorization", "").removeprefix("Basic ")
        known = (
            base64.b64encode(f"{CLIENT}:{urllib.parse.quote_plus(SECRET)}".encode()).decode(),
            base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode(),
        )
        if self.path != "/token" or sent not in known:
            self._send(401, b"", "text/plain")
            return
        try:
            self._json(self.provider.token(given))
        except (KeyError, AssertionError):
            self._send(400, b'{"error": "invalid_grant"}', "application/json")

    def _json(self, told):
        self._send(200, json.dumps(told).encode(), "application/json")

    def _send(self, status, body, kind):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nobody reads it."""


@contextmanager
def provided():
    """A provider that runs; at the end it is gone."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    _Answers.provider = Provider(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield _Answers.provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
