"""`python -m tests.openid_op PORT`: an OpenID provider with a login page.

Authorization code flow with PKCE, one client, invented people. `POST /control` sets
what it does wrong from now on; by default it does nothing wrong.
"""

import base64
import json
import secrets  # noqa: TID251 - a provider of its own
import sys
import time
from hashlib import sha256
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT, SECRET = "registrar", "a client's secret"
PEOPLE = {
    "ana": {
        "name": "Ana Zebrowska",
        "email": "ana.openid@example.org",
        "email_verified": True,
        "phone_number": "+48601230001",
        "phone_number_verified": True,
    },
    "bea": {
        "given_name": "Bea",
        "family_name": "Okafor",
        "email": "bea.openid@example.org",
        "email_verified": True,
    },
    "cleo": {"name": "Cleo Marin", "email": "cleo@example.org"},
    "dee": {
        "name": "Dee Cross",
        "email": "dee@gmial.com",
        "email_verified": True,
    },
}


class Op(ThreadingHTTPServer):
    """Keys, codes, and what it does wrong."""

    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", port), Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.codes, self.tokens, self.wrong = {}, {}, {}
        self.jwks_asked = 0
        self.turn()

    def turn(self):
        """New keys, as a provider changes them."""
        kid = secrets.token_hex(4)
        self.key = ECKey.generate_key("P-256", {"kid": kid, "use": "sig"})
        self.rsa = RSAKey.generate_key(2048, {"kid": f"r-{kid}", "use": "sig"})

    def metadata(self):
        found = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "RS256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return {**found, **self.wrong.get("metadata", {})}

    def id_token(self, visit, access):
        now = int(time.time())  # noqa: TID251 - it has a clock of its own
        half = sha256(access.encode()).digest()[:16]
        claims = {
            "iss": self.issuer,
            "sub": visit["person"],
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": visit["nonce"],
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            **PEOPLE[visit["person"]],
        }
        for name, value in self.wrong.get("claims", {}).items():
            if value is None:
                claims.pop(name, None)
            else:
                claims[name] = value
        for name, seconds in self.wrong.get("shift", {}).items():
            claims[name] = now + seconds
        return self.signed(claims)

    def signed(self, claims):
        way = self.wrong.get("signature", "good")
        header = {"alg": "ES256", "kid": self.key.kid, **self.wrong.get("header", {})}
        if way == "none":
            return self.unsigned(claims)
        if way == "hmac with the public key":
            public = OctKey.import_key(self.rsa.as_pem(private=False))
            return jws.serialize_compact(
                {"alg": "HS256", "kid": self.rsa.kid},
                json.dumps(claims),
                public,
                algorithms=["HS256"],
            )
        key = ECKey.generate_key("P-256") if way == "stranger" else self.key
        token = jwt.encode(header, claims, key)
        if way == "altered":
            head, body, tail = token.split(".")
            changed = {**claims, "sub": "eve"}
            raw = base64.urlsafe_b64encode(json.dumps(changed).encode())
            return f"{head}.{raw.rstrip(b'=').decode()}.{tail}" if body else ""
        return "no token" if way == "garbage" else token

    def unsigned(self, claims):
        def text(part):
            raw = base64.urlsafe_b64encode(json.dumps(part).encode())
            return raw.rstrip(b"=").decode()

        return f"{text({'alg': 'none', 'kid': self.key.kid})}.{text(claims)}."


class Handler(BaseHTTPRequestHandler):
    """The endpoints."""

    def do_GET(self):
        place = urlsplit(self.path)
        query = {k: v[0] for k, v in parse_qs(place.query).items()}
        match place.path:
            case "/.well-known/openid-configuration":
                self.json(self.server.metadata())
            case "/keys":
                self.server.jwks_asked += 1
                keys = KeySet([self.server.key, self.server.rsa])
                self.json(keys.as_dict(private=False))
            case "/authorize":
                self.ask(query)
            case "/userinfo":
                self.userinfo()
            case "/asked":
                self.json({"keys": self.server.jwks_asked})
            case _:
                self.json({"error": "not found"}, 404)

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["content-length"])).decode()
        match urlsplit(self.path).path:
            case "/control":
                self.server.wrong = json.loads(raw)
                if self.server.wrong.get("turn"):
                    self.server.turn()
                self.json({})
            case "/login":
                self.login({k: v[0] for k, v in parse_qs(raw).items()})
            case "/token":
                self.token({k: v[0] for k, v in parse_qs(raw).items()})
            case _:
                self.json({"error": "not found"}, 404)

    def ask(self, query):
        good = (
            query.get("response_type") == "code"
            and query.get("client_id") == CLIENT
            and query.get("code_challenge_method") == "S256"
            and len(query.get("state", "")) >= 32
            and len(query.get("nonce", "")) >= 32
            and query.get("redirect_uri", "").endswith("/return")
        )
        if not good:
            self.json({"error": "invalid_request"}, 400)
            return
        hidden = "".join(
            f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">'
            for k, v in query.items()
        )
        page = (
            "<!doctype html><title>Sign in</title><h1>Example Bank</h1>"
            f'<form method="post" action="/login">{hidden}'
            '<label>Who are you? <input name="person"></label>'
            "<button>Sign in</button></form>"
        )
        self.answer(page.encode(), "text/html")

    def login(self, form):
        answer = {"state": form["state"], "iss": self.server.issuer}
        if form.get("person") in PEOPLE:
            code = secrets.token_urlsafe(24)
            self.server.codes[code] = form
            answer["code"] = code
        else:
            answer["error"] = "access_denied"
        for name, value in self.server.wrong.get("answer", {}).items():
            if value is None:
                answer.pop(name, None)
            else:
                answer[name] = value
        self.send_response(303)
        self.send_header("location", f"{form['redirect_uri']}?{urlencode(answer)}")
        self.send_header("content-length", "0")
        self.end_headers()

    def token(self, form):
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        visit = self.server.codes.pop(form.get("code"), None)
        challenge = create_s256_code_challenge(form.get("code_verifier", ""))
        if (
            self.headers.get("authorization") != f"Basic {basic}"
            or visit is None
            or visit["redirect_uri"] != form.get("redirect_uri")
            or visit["code_challenge"] != challenge
        ):
            self.json({"error": "invalid_grant"}, 400)
            return
        access = secrets.token_urlsafe(24)
        self.server.tokens[access] = visit["person"]
        answer = {
            "access_token": access,
            "token_type": "Bearer",
            "id_token": self.server.id_token(visit, access),
        }
        for name in self.server.wrong.get("no", ()):
            del answer[name]
        self.json(answer)

    def userinfo(self):
        access = self.headers.get("authorization", "").removeprefix("Bearer ")
        person = self.server.tokens.get(access)
        if person is None:
            self.json({"error": "invalid_token"}, 401)
            return
        found = {"sub": person, **PEOPLE[person]}
        self.json({**found, **self.server.wrong.get("userinfo", {})})

    def json(self, value, status=200):
        self.answer(json.dumps(value).encode(), "application/json", status)

    def answer(self, body, kind, status=200):
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments):
        pass


if __name__ == "__main__":
    Op(int(sys.argv[1])).serve_forever()
