#!/usr/bin/python3
# The same as plain CGI.
# SPDX-License-Identifier: MIT
import hashlib, json, os, re, sys

length = os.environ.get("CONTENT_LENGTH")
body = sys.stdin.buffer.read(int(length)) if length else sys.stdin.buffer.read()  # of a body in chunks Apache tells no length
told = {name: value for name, value in os.environ.items() if re.match(r"(HTTP_)?AUTHTICKETS[_-]", name, re.I)}
print("Content-Type: application/json\n")
print(json.dumps({"application": "cgi", "method": os.environ["REQUEST_METHOD"], "path": os.environ.get("PATH_INFO", ""),
                  "query": os.environ.get("QUERY_STRING", ""), "user": os.environ.get("REMOTE_USER"), "remote": os.environ.get("HTTP_REMOTE_USER"),
                  "basic": os.environ.get("HTTP_AUTHORIZATION"), "length": len(body), "sum": hashlib.md5(body).hexdigest(), "told": told}))
