"""Signatures in the format of minisign, bytes in and out; the library that makes them is loaded when it is needed."""

from __future__ import annotations

from typing import Any

from build_db.errors import CheckFailed, UsageError

# How a file with a signature is called, by the file that is signed.
SUFFIX = ".minisig"
# The first line of a file is for people, and nothing proves it.
SECRET_COMMENT, SIGNATURE_COMMENT = "secret key of build_db, for nobody else", "made by build_db"


def _minisign() -> Any:
    """The library.

    :raises UsageError: it is not installed
    """
    try:
        import minisign
    except ModuleNotFoundError as error:
        raise UsageError(f"signing: {error.name} is not installed; run: pip install 'build-db[exports]'") from None
    return minisign


class Signer:
    """A secret key that is open. It shows itself to nobody: there is no text of it but the public key."""

    def __init__(self, secret: Any) -> None:
        self._secret = secret

    @property
    def public(self) -> str:
        """The public key, one word that begins with `RW`."""
        text: bytes = self._secret.get_public_key().to_base64()
        return text.decode("ascii")

    def sign(self, data: bytes, comment: str) -> bytes:
        """The content of a signature file; the same data, comment and key make the same bytes.

        :param comment: what is proved together with the data, in ASCII; it is all that is told, no time among it
        """
        made = self._secret.sign(data, untrusted_comment=SIGNATURE_COMMENT, trusted_comment=comment)
        return bytes(made) + b"\n"


def new_key(password: str | None = None) -> tuple[str, Signer]:
    """A new key: the content of its file, and the key itself.

    :param password: without it the file cannot be used
    :raises UsageError: the library is not installed
    """
    secret = _minisign().KeyPair.generate().secret_key
    secret.untrusted_comment = SECRET_COMMENT
    signer = Signer(secret)
    opened = bytes(secret).decode("ascii")
    if password is None:
        return f"{opened}\n", signer
    secret.encrypt(password)
    closed = bytes(secret).decode("ascii")
    secret.decrypt(password)
    return f"{closed}\n", signer


def needs_password(content: bytes) -> bool:
    """Whether a key file is closed with a password.

    :raises ValueError: it is no key file
    """
    closed: bool = _minisign().SecretKey.from_bytes(content).is_encrypted()
    return closed


def opened(content: bytes, password: str | None = None) -> Signer:
    """The key in a key file, of ours or of minisign's.

    :raises ValueError: it is no key file, or the password is another one
    """
    secret = _minisign().SecretKey.from_bytes(content)
    if password is not None:
        secret.decrypt(password)
    return Signer(secret)


def check_public(key: str) -> str:
    """A public key that somebody gave, or the one in the two lines of a file of minisign's.

    :raises UsageError: it is none
    """
    minisign = _minisign()
    try:
        read = minisign.PublicKey.from_bytes if len(key.split("\n")) > 1 else minisign.PublicKey.from_base64
        found: bytes = read(key.strip().encode()).to_base64()
    except ValueError:
        raise UsageError("--key: is no public key of minisign's; it is one word that begins with RW") from None
    return found.decode("ascii")


def verified(public: str, data: bytes, signature: bytes) -> str:
    """What a signature proves together with its data: its trusted comment.

    :param public: as `check_public` gives it
    :raises CheckFailed: it was made by another key, or of other data
    """
    minisign = _minisign()
    try:
        read = minisign.Signature.from_bytes(signature)
        minisign.PublicKey.from_base64(public).verify(data, read)
    except ValueError as error:
        raise CheckFailed(f"the signature does not hold: {error}") from None
    comment: str = read.trusted_comment
    return comment
