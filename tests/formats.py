#!/usr/bin/env python3
"""Token v1 and record v1, written from the crate docs alone.

Reads lines and answers each with one. What is read is taken apart into fields and put together again, so "ok" says that
both directions agree.

    key ID HEX                  one more signing key; the first signs
    token NAME HEX-OF-TEXT      ok TEXT | malformed | forged
    record HEX                  ok HEX | corrupt | newer
    golden                      the golden token of core/src/token/tests.rs
"""

import base64
import hashlib
import hmac
import sys


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def sub_key(secret, key_id, purpose, name, audience=b"", epoch=0):
    parts = [b"sansession v1", purpose, name, audience, bytes([key_id]), epoch.to_bytes(4, "little")]
    info = b"".join(bytes([len(part)]) + part for part in parts)
    return mac(mac(b"sansession v1", secret), info + b"\x01")


def number(data):
    return int.from_bytes(data, "little")


def make_token(secret, name, fields):
    form, key_id, selector, verifier, issued, deadline = fields
    body = bytes([form, key_id]) + selector + verifier
    body += issued.to_bytes(6, "little") + deadline.to_bytes(6, "little")
    raw = body + mac(sub_key(secret, key_id, b"id token", name), body)
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def read_token(keys, name, text):
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    if len(text) != 104 or any(byte not in alphabet for byte in text):
        return "malformed"
    raw = base64.urlsafe_b64decode(text)
    body, tag = raw[:46], raw[46:]
    if body[1] not in keys or mac(sub_key(keys[body[1]], body[1], b"id token", name), body) != tag:
        return "forged"
    if body[0] not in (0x11, 0x12):
        return "malformed"
    fields = (body[0], body[1], body[2:18], body[18:34], number(body[34:40]), number(body[40:46]))
    return "ok " + make_token(keys[body[1]], name, fields).decode()


def read_entries(data):
    entries = []
    while data:
        kind, key_length, value_length = data[0], data[1], number(data[2:4])
        key, value, data = data[4:4 + key_length], data[4 + key_length:4 + key_length + value_length], \
            data[4 + key_length + value_length:]
        if len(key) != key_length or len(value) != value_length:
            raise ValueError("cut short")
        name = value if kind == 1 else key
        if not 1 <= len(name) <= 255 or kind not in (1, 2, 3) or (kind == 1 and key):
            raise ValueError("no such entry")
        name.decode()
        if kind == 3 and len(value) < 8:
            raise ValueError("a flash message without its revision")
        entries.append((kind, key, value))
    if any(one[:2] >= other[:2] for one, other in zip(entries, entries[1:])):
        raise ValueError("not sorted, or twice")
    return entries


def read_record(data):
    if data and data[0] > 1:
        return "newer"
    try:
        if data[0] != 1 or len(data) < 68:
            raise ValueError("not a record")
        flags, previous = data[1], data[52:68]
        numbers = [number(data[2:6])] + [number(data[at:at + 6]) for at in (6, 12, 18, 24, 30)]
        if flags > 7 or flags & 3 == 2 or (not flags & 2 and numbers[5]) or (not flags & 1 and any(previous)):
            raise ValueError("fields that nobody writes")
        entries = read_entries(data[68:])
    except (ValueError, IndexError):
        return "corrupt"
    out = bytes([1, flags]) + numbers[0].to_bytes(4, "little")
    out += b"".join(value.to_bytes(6, "little") for value in numbers[1:]) + data[36:52] + previous
    for kind, key, value in entries:
        out += bytes([kind, len(key)]) + len(value).to_bytes(2, "little") + key + value
    return "ok " + out.hex()


def main():
    keys = {}
    for line in sys.stdin:
        word, *rest = line.rstrip("\n").split(" ")
        if word == "key":
            keys[int(rest[0])] = bytes.fromhex(rest[1])
            continue
        if word == "token":
            answer = read_token(keys, rest[0].encode(), bytes.fromhex(rest[1]))
        elif word == "record":
            answer = read_record(bytes.fromhex(rest[0]))
        elif word == "golden":
            fields = (0x11, 3, b"selector........", b"verifier--------", 1_700_000_000_000, 1_700_600_000_000)
            answer = make_token(b"the newest of our secret keys 32", b"__Host-session", fields).decode()
        else:
            answer = "what?"
        print(answer, flush=True)


if __name__ == "__main__":
    main()
