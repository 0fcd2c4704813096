"""Makes a certificate authority and a certificate of it for one host: <host> <authority> <certificate> <key>."""

import datetime
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

host, authority_file, certificate_file, key_file = sys.argv[1:]
now = datetime.datetime.now(datetime.timezone.utc)


def named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def certificate(subject: str, key, issuer: str, issuer_key, extension, critical: bool):
    return (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(extension, critical=critical)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
authority = certificate(
    "proof", authority_key, "proof", authority_key, x509.BasicConstraints(ca=True, path_length=0), True
)
# A common name has 64 characters at most; what counts is the alternative name.
own = certificate(
    "issuer", key, "proof", authority_key, x509.SubjectAlternativeName([x509.DNSName(host)]), False
)
for path, content in (
    (authority_file, authority.public_bytes(serialization.Encoding.PEM)),
    (certificate_file, own.public_bytes(serialization.Encoding.PEM)),
    (
        key_file,
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    ),
):
    with open(path, "wb") as file:
        file.write(content)
