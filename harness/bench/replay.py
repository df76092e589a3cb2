"""A journal's requests as a script for wrk, which sends them again and again.

The journal holds tags in place of secrets. Client secrets and passwords are put back from the target file; a code, a token
or a cookie of the past becomes a made-up value of the same length. So a replay gets other answers than the run did (a
session that nobody knows, a code that nobody issued): what it shares with the run is the number, order, size and kind of
the requests. That is to wrk's advantage, since the server signs and issues less.
"""

import base64
import json
import re
import urllib.parse

TAG = re.compile("\u2039([a-z_]+)(?:#([0-9]+))?\u203a")
LENGTH = 43  # of 256 random bits in base64url, which is what the mock issues


def events(journal, kind):
    """The events of one kind, one after the other: a journal may be larger than the memory."""
    marker = f'"event":"{kind}"'
    with open(journal, encoding="utf-8") as lines:
        for line in lines:
            if marker in line:
                event = json.loads(line)
                if event["event"] == kind:
                    yield event


def client_secrets(target):
    """client_id to client_secret, read from a target file that the mock wrote (one `name: "value"` a line)."""
    secrets, last = {}, None
    with open(target, encoding="utf-8") as lines:
        for line in lines:
            found = re.match(r'\s+(client_id|client_secret): "(.*)"$', line)
            if found and found[1] == "client_id":
                last = found[2]
            elif found:
                secrets[last] = found[2]
    return secrets


def made_up(tag):
    return f"{tag[1]}-{tag[2] or 0}".replace("_", "-").ljust(LENGTH, "x")


def header_value(name, value, secrets):
    if name == "Authorization" and value.startswith("Basic "):
        client, _, secret = value[len("Basic "):].partition(":")
        known = secrets.get(urllib.parse.unquote_plus(client))
        secret = urllib.parse.quote_plus(known) if known is not None else TAG.sub(made_up, secret)
        return "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()
    return TAG.sub(made_up, value)


def lua_text(text):
    octets = text.encode()
    return '"' + "".join(chr(o) if 32 <= o < 127 and o not in b'"\\' else f"\\{o:03d}" for o in octets) + '"'


def lua_request(request, origin, secrets):
    path = TAG.sub(made_up, request["url"][len(origin):]) or "/"
    headers = ",".join(
        f"[{lua_text(name)}]={lua_text(header_value(name, value, secrets))}" for name, value in request["headers"]
    )
    body = lua_text(TAG.sub(made_up, request["body"])) if request["body"] else "nil"
    return f"wrk.format({lua_text(request['method'])},{lua_text(path)},{{{headers}}},{body})"


def write_lua(journal, target, origin, path, most=2000):
    """Writes the script for the first `most` requests to `origin`: wrk knows one server. Returns how many it has, and how
    many of the run's it looked at."""
    secrets = client_secrets(target)
    requests, seen = [], 0
    for exchange in events(journal, "exchange"):
        request = exchange["request"]
        seen += 1
        # Octet-exact requests break the protocol on purpose, and wrk would count the broken connection.
        if request["url"].startswith(origin + "/") and "octets" not in request:
            requests.append(lua_request(request, origin, secrets))
        if len(requests) == most:
            break
    with open(path, "w", encoding="ascii") as lua:
        lua.write("local requests = {}\nfunction init()\n")
        for number, text in enumerate(requests, 1):
            lua.write(f"  requests[{number}] = {text}\n")
        lua.write("end\nlocal at = 0\nfunction request()\n  at = at % #requests + 1\n  return requests[at]\nend\n")
    return len(requests), seen
