#!/usr/bin/env python3
"""Token v1, carried token v1, record v1 and the sealed record, written from the crate docs alone.

Reads lines and answers each with one. What is read is taken apart into fields and put together again, so "ok" says that
both directions agree.

    key ID HEX                  one more signing key; the first signs
    token NAME HEX-OF-TEXT      ok TEXT | malformed | forged
    signed NAME HEX-OF-TEXT     ok TEXT | malformed | forged | corrupt
    sealed NAME HEX-OF-TEXT     the same
    record HEX                  ok HEX | corrupt | newer
    opened NAME SELECTOR HEX    ok HEX | corrupt: a sealed record, with the selector in hexadecimal
    golden                      the golden token of core/src/token/tests.rs
    golden-signed               that of core/src/carried/tests.rs
    golden-sealed               the other one
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
    return write_text(raw)


def write_text(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def read_text(text):
    """The bytes that are written as this text and no other, or None."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    if len(text) % 4 == 1 or any(byte not in alphabet for byte in text):
        return None
    raw = base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    return raw if write_text(raw) == text else None


def read_token(keys, name, text):
    raw = read_text(text)
    if raw is None or len(raw) != 78:
        return "malformed"
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
    if data and data[0] > 2:
        return "newer"
    try:
        version = data[0]
        if version not in (1, 2) or len(data) < 68:
            raise ValueError("not a record")
        flags, previous = data[1] & ~8, data[52:68]
        numbers = [number(data[2:6])] + [number(data[at:at + 6]) for at in (6, 12, 18, 24, 30)]
        if flags > 7 or flags & 3 == 2 or (not flags & 2 and numbers[5]) or (not flags & 1 and any(previous)):
            raise ValueError("fields that nobody writes")
        body = 68 if version == 2 else len(data)
        if data[1] & 8:
            body += 4 + number(data[70:72])
        entries, body = read_entries(data[68:body]), data[body:]
        bound = len(entries) == 1 and entries[0][0] == 1
        if version == 2 and (len(body) < 41 or bool(data[1] & 8) != bound) or version == 1 and data[1] & 8:
            raise ValueError("not a sealed record")
    except (ValueError, IndexError):
        return "corrupt"
    out = data[:2] + numbers[0].to_bytes(4, "little")
    out += b"".join(value.to_bytes(6, "little") for value in numbers[1:]) + data[36:52] + previous
    return "ok " + (out + write_entries(entries) + body).hex()


def open_record(keys, name, selector, data):
    if read_record(data)[:2] != "ok":
        return "corrupt"
    body = 68 + (4 + number(data[70:72]) if data[1] & 8 else 0)
    clear, body, key_id, nonce, tag = data[:body], data[body:-41], data[-41], data[-40:-16], data[-16:]
    if key_id not in keys:
        return "corrupt"
    secret = sub_key(keys[key_id], key_id, b"sealed record", name)
    key = mac(secret, b"\x01" + selector)
    if xpoly1305(key, nonce, clear, body) != tag:
        return "corrupt"
    plain = write_entries(read_entries(clear[68:] + xchacha20(key, nonce, body)))[len(clear) - 68:]
    nonce = mac(secret, b"\x02" + selector + clear + plain)[:24]
    body = xchacha20(key, nonce, plain)
    return "ok " + (clear + body + bytes([key_id]) + nonce + xpoly1305(key, nonce, clear, body)).hex()


def write_entries(entries):
    out = b""
    for kind, key, value in entries:
        out += bytes([kind, len(key)]) + len(value).to_bytes(2, "little") + key + value
    return out


FIELDS = (("flags", 1), ("revision", 4), ("regenerates", 4), ("selector", 16), ("created", 6),
          ("deadline", 6), ("idle", 6), ("issued", 6))


def make_carried(form, secret, name, key_id, body, nonce):
    head = bytes([form, key_id])
    if form == 0x13:
        key = sub_key(secret, key_id, b"signed session", name)
        return write_text(head + body + mac(key, head + body))
    key = sub_key(secret, key_id, b"sealed session", name)
    cipher = xchacha20(key, nonce, body)
    return write_text(head + cipher + nonce + xpoly1305(key, nonce, head, cipher))


def read_carried(form, keys, name, text):
    trailer = 32 if form == 0x13 else 40
    raw = read_text(text)
    if raw is None or len(raw) < 2 + trailer:
        return "malformed"
    head, body, end = raw[:2], raw[2:-trailer], raw[-trailer:]
    if head[1] not in keys:
        return "forged"
    secret, nonce = keys[head[1]], end[:24]
    if form == 0x13:
        tag = mac(sub_key(secret, head[1], b"signed session", name), head + body)
    else:
        key = sub_key(secret, head[1], b"sealed session", name)
        tag = xpoly1305(key, nonce, head, body)
        body = xchacha20(key, nonce, body)
    if not end.endswith(tag):
        return "forged"
    try:
        fields, at = {}, 0
        for field, length in FIELDS:
            fields[field], at = body[at:at + length], at + length
        entries = read_entries(body[at:])
        if head[0] != form or len(body) < at or fields["flags"][0] > 3 or (fields["flags"][0] & 2 and entries):
            raise ValueError("fields that nobody writes")
    except (ValueError, IndexError):
        return "corrupt"
    body = b"".join(fields[field] for field, _ in FIELDS) + write_entries(entries)
    return "ok " + make_carried(form, secret, name, head[1], body, nonce).decode()


def rounds(state):
    """RFC 8439, 2.3: twenty rounds, without the addition at the end."""
    state = list(state)

    def quarter(a, b, c, d):
        for x, y, z, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[x] = (state[x] + state[y]) & 0xffffffff
            mixed = state[z] ^ state[x]
            state[z] = (mixed << bits | mixed >> 32 - bits) & 0xffffffff

    for _ in range(10):
        for column in range(4):
            quarter(column, 4 + column, 8 + column, 12 + column)
        for column in range(4):
            quarter(column, 4 + (column + 1) % 4, 8 + (column + 2) % 4, 12 + (column + 3) % 4)
    return state


def words(data):
    return [number(data[at:at + 4]) for at in range(0, len(data), 4)]


def block(key, nonce, counter):
    """A block of XChaCha20: HChaCha20 makes a key of the first 16 bytes of the nonce, the rest is the nonce of that."""
    constants = words(b"expand 32-byte k")
    mixed = rounds(constants + words(key) + words(nonce[:16]))
    state = constants + mixed[:4] + mixed[12:] + [counter, 0] + words(nonce[16:])
    return b"".join(((a + b) & 0xffffffff).to_bytes(4, "little") for a, b in zip(state, rounds(state)))


def xchacha20(key, nonce, data):
    stream = b"".join(block(key, nonce, 1 + at) for at in range((len(data) + 63) // 64))
    return bytes(a ^ b for a, b in zip(data, stream))


def xpoly1305(key, nonce, additional, data):
    """RFC 8439, 2.5 and 2.8."""
    one_time = block(key, nonce, 0)
    r, s = number(one_time[:16]) & 0x0ffffffc0ffffffc0ffffffc0fffffff, number(one_time[16:32])
    message = b"".join(part + bytes(-len(part) % 16) for part in (additional, data))
    message += len(additional).to_bytes(8, "little") + len(data).to_bytes(8, "little")
    total = 0
    for at in range(0, len(message), 16):
        total = (total + number(message[at:at + 16] + b"\x01")) * r % (2 ** 130 - 5)
    return ((total + s) % 2 ** 128).to_bytes(16, "little")


def main():
    keys = {}
    for line in sys.stdin:
        word, *rest = line.rstrip("\n").split(" ")
        if word == "key":
            keys[int(rest[0])] = bytes.fromhex(rest[1])
            continue
        if word == "token":
            answer = read_token(keys, rest[0].encode(), bytes.fromhex(rest[1]))
        elif word in ("signed", "sealed"):
            form = {"signed": 0x13, "sealed": 0x14}[word]
            answer = read_carried(form, keys, rest[0].encode(), bytes.fromhex(rest[1]))
        elif word == "record":
            answer = read_record(bytes.fromhex(rest[0]))
        elif word == "opened":
            name, selector, data = rest[0].encode(), bytes.fromhex(rest[1]), bytes.fromhex(rest[2])
            answer = open_record(keys, name, selector, data)
        elif word == "golden":
            fields = (0x11, 3, b"selector........", b"verifier--------", 1_700_000_000_000, 1_700_600_000_000)
            answer = make_token(b"the newest of our secret keys 32", b"__Host-session", fields).decode()
        elif word in ("golden-signed", "golden-sealed"):
            times = (1_700_000_000_000, 1_700_600_000_000, 3_600_000, 1_700_000_060_000)
            body = b"\0" + (2).to_bytes(4, "little") + (1).to_bytes(4, "little") + b"selector........"
            body += b"".join(time.to_bytes(6, "little") for time in times)
            body += write_entries([(1, b"", b"ada"), (2, b"n", b"\x07")])
            form = {"golden-signed": 0x13, "golden-sealed": 0x14}[word]
            secret = b"the newest of our secret keys 32"
            answer = make_carried(form, secret, b"__Host-session", 3, body, bytes(range(24))).decode()
        else:
            answer = "what?"
        print(answer, flush=True)


if __name__ == "__main__":
    main()
