#!/usr/bin/python3
# A web server on 127.0.0.1 that takes hooks and SMS, well or ill as the path says, and keeps what it was sent.
# Says its port on standard output when it is ready; writes each request as a line of JSON.
# SPDX-License-Identifier: MIT
#   receiver.py --log FILE [--tls CERT KEY] [--account ACCOUNT:TOKEN] [--secret TEXT]
# Paths: /status/NNN; /echo/NNN (with what it was sent); /redirect (to /status/200); /hang (no answer); /hang-body (a head and no body); /half (hangs up inside
# the head); /short (hangs up inside the body); /drop (hangs up at once); /flood (200 MB); /slow-head (a byte now and then);
# /hundred (100 Continue first); /fail/N/NAME (500 for the first N requests with this NAME, then 200); /headers (a head
# without an end). With --account, /ACCOUNT/Messages.json takes an SMS as the gateways do: numbers that end with 21211 are
# refused with 400 and that code, those with 429 or 500 with that status, and the others get a sid. With --secret, each line
# says as "signed" which signature holds by this program's own reckoning: kibo (kibo 8.1), own (KL9) or none. With --account,
# a form is read into "form".
import argparse
import base64
import hashlib
import hmac
import json
import socket
import ssl
import threading
import time
import urllib.parse

arguments = argparse.ArgumentParser()
arguments.add_argument("--log", required=True)
arguments.add_argument("--tls", nargs=2)
arguments.add_argument("--account")
arguments.add_argument("--secret")
options = arguments.parse_args()
lock = threading.Lock()
failed = {}


def note(entry):
    with lock, open(options.log, "a", encoding="utf-8") as log:
        json.dump(entry, log)
        log.write("\n")


def answer(connection, status, body=b"", more=""):
    head = f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    connection.sendall(head.encode() + body)


def signed(headers, body):
    """As docs/delivery.md tells receivers to check."""
    secret = options.secret.encode()
    if "x-vol-hmac-sha256" in headers:
        key = base64.b64encode(hashlib.sha256(secret + secret).digest())
        good = base64.b64encode(hashlib.sha256(key + headers.get("date", "").encode() + body).digest()).decode()
        return "kibo" if hmac.compare_digest(good, headers["x-vol-hmac-sha256"]) else "none"
    stamp = headers.get("authtickets-timestamp", "")
    whole = f"{headers.get('authtickets-id')}.{stamp}.".encode() + body
    good = "v1=" + hmac.new(secret, whole, hashlib.sha256).hexdigest()
    return "own" if hmac.compare_digest(good, headers.get("authtickets-signature", "")) else "none"


def until_gone(connection, data, pause):
    """Sends the same again and again; how much was taken."""
    sent = 0
    try:
        while sent < 200_000_000:
            connection.sendall(data)
            sent += len(data)
            if pause:
                time.sleep(pause)
    except OSError:
        pass
    return sent


def sms(connection, headers, body):
    account = options.account.partition(":")[0]
    expected = "Basic " + base64.b64encode(options.account.encode()).decode()
    if headers.get("authorization") != expected:
        return answer(connection, 401, json.dumps({"code": 20003, "message": "Authenticate"}).encode())
    number = dict(urllib.parse.parse_qsl(body)).get("To", "")
    for status, code in ((400, "21211"), (429, "429"), (500, "500")):
        if number.endswith(code):
            text = json.dumps({"code": int(code), "message": f"The number {number} is not to be named", "status": status})
            return answer(connection, status, text.encode())
    return answer(connection, 201, json.dumps({"sid": "SM0123456789", "account_sid": account, "status": "queued"}).encode())


def behave(connection, path, headers, body):
    """False: nothing more can be said on this connection."""
    first, _, rest = path.partition("?")[0].lstrip("/").partition("/")
    if options.account and path == f"/{options.account.partition(':')[0]}/Messages.json":
        sms(connection, headers, body)
    elif first == "status":
        answer(connection, int(rest), b"{}" if rest not in ("204", "304") else b"")
    elif first == "echo":
        answer(connection, int(rest), body.encode())
    elif first == "redirect":
        answer(connection, 302, more="Location: /status/200\r\n")
    elif first == "hundred":
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        answer(connection, 200)
    elif first == "fail":
        count, _, name = rest.partition("/")
        with lock:
            failed[name] = failed.get(name, 0) + 1
            good = failed[name] > int(count)
        answer(connection, 200 if good else 500)
    elif first == "hang":
        time.sleep(3600)
    elif first == "hang-body":
        connection.sendall(b"HTTP/1.1 200 Said\r\nContent-Length: 10\r\n\r\n12345")
        time.sleep(3600)
    elif first == "half":
        connection.sendall(b"HTTP/1.1 200 Said\r\nContent-Le")
        return False
    elif first == "short":
        connection.sendall(b"HTTP/1.1 200 Said\r\nContent-Length: 10\r\n\r\n12345")
        return False
    elif first == "flood":
        connection.sendall(b"HTTP/1.1 200 Said\r\nContent-Length: 200000000\r\n\r\n")
        note({"flooded": until_gone(connection, b"x" * 100_000, 0)})
        return False
    elif first == "slow-head":
        connection.sendall(b"HTTP/1.1 200 Said\r\nX: ")
        until_gone(connection, b"x", 0.05)
        return False
    elif first == "headers":
        connection.sendall(b"HTTP/1.1 200 Said\r\n")
        note({"headers": until_gone(connection, b"X: " + b"x" * 1000 + b"\r\n", 0)})
        return False
    elif first == "drop":
        return False
    else:
        answer(connection, 404)
    return True


def serve(connection):
    try:
        if options.tls:
            connection = context.wrap_socket(connection, server_side=True)
        stream = connection.makefile("rb")
        while line := stream.readline():
            method, path, _ = line.decode("latin-1").split(" ", 2)
            headers = {}
            while (line := stream.readline().decode("latin-1").rstrip("\r\n")):
                name, _, value = line.partition(": ")
                headers[name.lower()] = value
            raw = stream.read(int(headers.get("content-length", "0")))
            body = raw.decode("utf-8", "replace")
            judged = {"signed": signed(headers, raw)} if options.secret else {}
            if options.account and headers.get("content-type") == "application/x-www-form-urlencoded":
                judged["form"] = urllib.parse.parse_qs(body, keep_blank_values=True, strict_parsing=True)
            note({"method": method, "path": path, "headers": headers, "body": body, **judged})
            if not behave(connection, path, headers, body):
                break
    except (OSError, ValueError) as error:
        note({"broken": type(error).__name__})
    finally:
        connection.close()


listener = socket.create_server(("127.0.0.1", 0))
if options.tls:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*options.tls)
print(listener.getsockname()[1], flush=True)
while True:
    taken, _ = listener.accept()
    note({"connected": True})
    threading.Thread(target=serve, args=(taken,), daemon=True).start()
