# A mail server that is not ours (aiosmtpd), with the faults that mail servers have: what happens to a recipient is said
# by the beginning of the address.
#
# usage: python server.py FOLDER CERTIFICATE KEY USER PASSWORD
# It demands STARTTLS and the login, writes each mail that it takes to FOLDER/NNNN.eml, prints "ready PORT" when it
# listens, on 127.0.0.1 only, and "drop NNNN" when it has hung up instead of confirming a mail.
#
#   retry…@   451 the first time, taken the second
#   refuse…@  550 always
#   drop…@    the first mail is taken, but the connection ends before the server says so

import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

folder, certificate, key, user, password = sys.argv[1:]


class Mailboxes:
    def __init__(self):
        self.number = 0
        self.seen = set()

    def first_time(self, address):
        is_first = address not in self.seen
        self.seen.add(address)
        return is_first

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refuse"):
            return f"550 5.1.1 <{address}>: no such mailbox"
        if address.startswith("retry") and self.first_time(address):
            return f"451 4.7.1 <{address}>: greylisted, come again"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        self.number += 1
        name = f"{self.number:04}"
        unfinished = os.path.join(folder, f".{name}")
        with open(unfinished, "wb") as file:
            file.write(envelope.content)
        os.rename(unfinished, os.path.join(folder, f"{name}.eml"))
        if any(address.startswith("drop") and self.first_time(address) for address in envelope.rcpt_tos):
            print(f"drop {name}", flush=True)
            server.transport.abort()
        return "250 2.0.0 taken"


def check(server, session, envelope, mechanism, login):
    is_right = (login.login.decode(), login.password.decode()) == (user, password)
    return AuthResult(success=is_right)


async def main():
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    mailboxes = Mailboxes()
    demands = dict(tls_context=tls, require_starttls=True, auth_required=True, authenticator=check)
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(mailboxes, hostname="mail.example", **demands), "127.0.0.1", 0
    )
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


asyncio.run(main())
