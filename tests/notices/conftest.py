"""A small real mail server, so that what is sent is what somebody would receive."""

import email
import email.policy
import socketserver
import ssl
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from intranet.kernel import mail

SENDER = "chungtay@so.example.vn"


class Conversation(socketserver.StreamRequestHandler):
    """One client's session."""

    def handle(self):
        if self.server.scheme == "smtps":
            self._encrypt()
        self._say("220 mail.example.vn")
        while line := self.rfile.readline().decode().rstrip("\r\n"):
            self.server.lines.append(line)
            verb = line.split()[0].upper()
            if verb == "QUIT":
                return self._say("221 bye")
            self._answer(verb)
        return None

    def _answer(self, verb):
        if verb == "EHLO":
            offers = "STARTTLS" if self.server.scheme == "smtp" else "AUTH PLAIN"
            self._say(f"250-mail.example.vn\r\n250 {offers}")
        elif verb == "STARTTLS":
            self._say("220 go ahead")
            self._encrypt()
        elif verb == "DATA":
            self._say("354 go on")
            self._take()
        else:
            self._say(self.server.answers.get(verb, "235 fine" if verb == "AUTH" else "250 fine"))

    def _take(self):
        body = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            body += line.removeprefix(b".")
        answer = self.server.answers.get("DATA", "250 taken")
        if answer.startswith("250"):
            lines = body.replace(b"\r\n", b"\n")
            self.server.mails.append(email.message_from_bytes(lines, policy=email.policy.default))
        self._say(answer)

    def _encrypt(self):
        self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)

    def _say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it takes in ``mails``; ``answers`` ({verb: answer}) makes it refuse."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, scheme="smtp+plain", port=0, tls=None):
        super().__init__(("127.0.0.1", port), Conversation)
        self.scheme, self.tls = scheme, tls
        self.mails, self.lines, self.answers = [], [], {}
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def handle_error(self, request, client_address):
        """A client that does not trust us hangs up."""

    def stop(self):
        self.shutdown()
        self.server_close()


@pytest.fixture
def serve_mail():
    """``serve_mail(scheme, port, tls)`` starts a mail server."""
    servers = []

    def start(*arguments):
        servers.append(MailServer(*arguments))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()
    mail.configure("", "")


@pytest.fixture
def mailbox(app, serve_mail):
    """A mail server that the application uses."""
    server = serve_mail()
    mail.configure(server.url, SENDER)
    return server


@pytest.fixture
def certificate(tmp_path):
    """(path of a certificate for 127.0.0.1, server context that shows it)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    moment = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path, key_path = tmp_path / "certificate.pem", tmp_path / "key.pem"
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, key_path)
    return path, context
