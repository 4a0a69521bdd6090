"""A certificate of our own for HTTPS: browsers lend no microphone to a page that came without.

It names this machine and its addresses, is kept in the user's folder with a key that its owner alone can read, and is
made anew when it is about to end or the machine has another name. Browsers warn of it once, since nobody vouches.
"""

from __future__ import annotations

import datetime
import ipaddress
import socket
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from allears.user_data import private_file, user_folder

__all__ = ["own_certificate"]

_VALID = datetime.timedelta(days=365)  # Apple refuses more than 398
_RENEWED = datetime.timedelta(days=14)  # before its end


def own_certificate(host: str, folder: Path | None = None) -> tuple[Path, Path]:
    """Certificate and key, PEM files; made if they are not there.

    Args:
        host: address the server is bound to, named in it.
        folder: that keeps them; the user's own if None.

    Raises:
        OSError: the folder cannot be written.
    """
    home = user_folder("tls") if folder is None else folder
    certificate, key = home / "certificate.pem", home / "key.pem"
    names = _names(host)
    if not (key.is_file() and _is_good(certificate, names)):
        _make(names, certificate, key)
    return certificate, key


def _names(host: str) -> tuple[str, ...]:
    """Names and addresses of this machine; none is looked up elsewhere."""
    name = socket.gethostname()
    try:
        addresses = [str(info[4][0]) for info in socket.getaddrinfo(name, None)]
    except OSError:  # a machine that does not know its own name
        addresses = []
    unscoped = [address.partition("%")[0] for address in addresses]
    given = [host] if host not in ("0.0.0.0", "::") else []
    return tuple(sorted({"localhost", "127.0.0.1", "::1", name, f"{name}.local", *unscoped, *given}))


def _is_good(path: Path, names: tuple[str, ...]) -> bool:
    """Whether it is there, lasts, and has all names."""
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
        known = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return False
    lasts = found.not_valid_after_utc - datetime.datetime.now(datetime.UTC) > _RENEWED
    return lasts and {_general(name) for name in names} <= set(known)


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _make(names: tuple[str, ...], certificate: Path, key: Path) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "allears")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))  # clocks differ
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(private, hashes.SHA256())
    )
    with private_file(key) as file:
        file.write(
            private.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    with private_file(certificate) as file:
        file.write(made.public_bytes(serialization.Encoding.PEM))
