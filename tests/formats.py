#!/usr/bin/env python3
"""Token v1, written from the crate docs alone. Prints the golden token of core/src/token/tests.rs."""

import base64
import hashlib
import hmac
import struct


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def sub_key(secret, key_id, purpose, name, audience=b"", epoch=0):
    prk = mac(b"sansession v1", secret)
    parts = [b"sansession v1", purpose, name, audience, bytes([key_id]), struct.pack("<I", epoch)]
    info = b"".join(bytes([len(part)]) + part for part in parts)
    return mac(prk, info + b"\x01")


def id_token(secret, key_id, name, form, selector, verifier, issued, deadline):
    body = bytes([form, key_id]) + selector + verifier
    body += issued.to_bytes(6, "little") + deadline.to_bytes(6, "little")
    tag = mac(sub_key(secret, key_id, b"id token", name), body)
    return base64.urlsafe_b64encode(body + tag).rstrip(b"=").decode()


if __name__ == "__main__":
    print(id_token(b"the newest of our secret keys 32", 3, b"__Host-session", 0x11,
                   b"selector........", b"verifier--------", 1_700_000_000_000, 1_700_600_000_000))
