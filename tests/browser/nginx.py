"""A real nginx with the very configuration that the documentation shows."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import STDOUT, Popen

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DEPLOY = Path(__file__).parents[2] / 'docs/deploy.md'
FETCH = (
    ('apt-get', 'update', '-qq'),
    ('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'nginx-light'),
)
HEAD = """
daemon off; pid pid; worker_processes 1; error_log stderr warn; {user}
events {{ worker_connections 256; }}
http {{
access_log off;
proxy_max_temp_file_size 0;
client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
"""


def find() -> str | None:
    """Find it, also where only root usually looks."""
    return shutil.which('nginx', path=f'{os.environ.get("PATH", "")}:/usr/sbin')


def install() -> None:
    """Let apt bring it where there is none; where that cannot be, the tests say so.

    Where systemd runs, apt would start a web server for all of the machine: that is not ours to do.
    """
    for command in FETCH:
        if find() is None and shutil.which(command[0]) and not Path('/run/systemd/system').exists():
            subprocess.run(command, check=False)


def documented() -> tuple[str, str]:
    """Give what the page shows: a whole file, and a ``location`` below a path."""
    whole, location = re.findall(r'```nginx\n(.*?)```', DEPLOY.read_text('utf-8'), re.DOTALL)
    return whole, location


def filled(text: str, *, port: int, server: str, folder: Path) -> str:
    """Put ports and the certificate of a test into a documented text; all of it has to be there."""
    for shown, ours in (
        ('listen 443 ssl', f'listen 127.0.0.1:{port} ssl'),
        ('/etc/ssl/certs/reviews.example.com.pem', str(folder / 'certificate.pem')),
        ('/etc/ssl/private/reviews.example.com.key', str(folder / 'key.pem')),
        ('http://127.0.0.1:8000', server),
    ):
        assert shown in text
        text = text.replace(shown, ours)
    return text


@contextmanager
def serve(folder: Path, servers: Sequence[str], probe: str) -> Iterator[None]:
    """Run it with these ``server`` blocks, in one of which is ``probe``; it may not complain."""
    certify(folder)
    user = 'user root;' if os.geteuid() == 0 else ''
    (folder / 'nginx.conf').write_text(HEAD.format(user=user) + '\n'.join(servers) + '}\n')
    nginx = find()
    assert nginx is not None
    with (folder / 'output').open('w+') as output:
        command = [nginx, '-p', str(folder), '-c', str(folder / 'nginx.conf'), '-e', 'stderr']
        process = Popen(command, stdout=output, stderr=STDOUT)
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=5, verify=False)) as client:
                client.get(probe)
            yield
        finally:
            process.terminate()
            process.wait(10)
            output.seek(0)
        complaints = output.read()
        assert not complaints, complaints


def certify(folder: Path) -> None:
    """Make a certificate that nobody has to believe."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'reviews.localhost')])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / 'certificate.pem').write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / 'key.pem').write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
