#!/usr/bin/python3
# A mail server on 127.0.0.1 that keeps what it gets, and behaves ill for recipients that ask for it by their name.
# Says its port on standard output when it is ready; writes each message as a line of JSON, read by Python's own parser.
# Relies on Debian's python3-aiosmtpd.
# SPDX-License-Identifier: MIT
#   smtp_server.py --log FILE [--starttls CERT KEY | --tls CERT KEY] [--auth USER:PASSWORD] [--greeting TEXT] [--no-goodbye]
# Recipients: say-450@... (any status, at RCPT), data-554@... (at DATA), after-451@... (after the message), drop@... (hangs
# up after the message), cut@... (hangs up at DATA), hang@... (never answers the message). With --greeting 554 or hang it
# behaves so from the start, with --no-goodbye it does not answer QUIT.
import argparse
import asyncio
import email
import email.policy
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

arguments = argparse.ArgumentParser()
arguments.add_argument("--log", required=True)
arguments.add_argument("--starttls", nargs=2)
arguments.add_argument("--tls", nargs=2)
arguments.add_argument("--auth")
arguments.add_argument("--greeting", default="")
arguments.add_argument("--no-goodbye", action="store_true")
options = arguments.parse_args()
connections = 0


def asked(envelope, what):
    """The status that a recipient asks for at this point, or nothing."""
    for address in envelope.rcpt_tos:
        name = address.partition("@")[0]
        if name == what:
            return name
        if name.startswith(what + "-"):
            return name[len(what) + 1:] + " 4.9.9 as it was asked"
    return ""


def part(message, kind):
    found = message.get_body((kind,))
    return found.get_content().replace("\r\n", "\n") if found is not None else None


class Keeper:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        name = address.partition("@")[0]
        if name.startswith("say-"):
            return name[4:] + " 5.1.1 <" + address + "> is not to be named"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if asked(envelope, "drop"):
            server.transport.abort()
            return "250 too late"
        if asked(envelope, "hang"):
            await asyncio.sleep(3600)
        if status := asked(envelope, "after"):
            return status
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        with open(options.log, "a", encoding="utf-8") as log:
            json.dump({"connection": server.connection, "hello": session.host_name, "tls": session.ssl is not None,
                       "user": session.auth_data.login.decode() if session.authenticated else "",
                       "from": envelope.mail_from, "to": envelope.rcpt_tos, "raw": envelope.original_content.decode("ascii"),
                       "headers": {key: str(value) for key, value in message.items()},
                       "mailboxes": {key: [[each.display_name, each.addr_spec] for each in value.addresses]
                                     for key, value in message.items() if hasattr(value, "addresses")},
                       "parts": [[each.get_content_type(), each.get_content_charset()] for each in message.iter_parts()],
                       "text": part(message, "plain"), "html": part(message, "html"),
                       "defects": [repr(defect) for each in message.walk() for defect in each.defects]}, log)
            log.write("\n")
        return "250 2.0.0 kept"


class Server(SMTP):
    def connection_made(self, transport):
        global connections
        if options.greeting and not self.transport:
            if options.greeting != "hang":
                transport.write(options.greeting.encode() + b" no service here\r\n")
                transport.close()
            return
        if not self.transport:
            connections += 1
            self.connection = connections
        super().connection_made(transport)

    def connection_lost(self, error):
        if not options.greeting:
            super().connection_lost(error)

    def data_received(self, data):
        if not options.greeting:
            super().data_received(data)

    async def smtp_QUIT(self, argument):
        if options.no_goodbye:
            await asyncio.sleep(3600)
        await super().smtp_QUIT(argument)

    async def smtp_DATA(self, argument):
        if asked(self.envelope, "cut"):
            self.transport.abort()
            return
        if status := asked(self.envelope, "data"):
            await self.push(status)
            return
        await super().smtp_DATA(argument)


def authenticator(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and data.login + b":" + data.password == options.auth.encode()
    return AuthResult(success=good, handled=False, auth_data=data)


def context(files):
    if not files:
        return None
    out = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    out.load_cert_chain(*files)
    return out


def make():
    ways = {"hostname": "sink.example", "enable_SMTPUTF8": False}
    if options.starttls:
        ways.update(tls_context=context(options.starttls), require_starttls=True)
    if options.auth:
        ways.update(authenticator=authenticator, auth_required=True, auth_require_tls=bool(options.starttls))
    return Server(Keeper(), **ways)


async def main():
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0, ssl=context(options.tls))
    print(server.sockets[0].getsockname()[1], flush=True)
    sys.stdout.close()
    await server.serve_forever()

asyncio.run(main())
