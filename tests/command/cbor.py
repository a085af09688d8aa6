"""CBOR (RFC 8949), as far as files of evidence need it."""
import struct


def head(kind, n):
    for bits, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if n < 24:
            return bytes([kind << 5 | n])
        if n < 1 << (8 * size):
            return bytes([kind << 5 | bits]) + n.to_bytes(size, "big")
    raise ValueError(n)


def encode(value):
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value)
    if isinstance(value, float):
        return b"\xfb" + struct.pack(">d", value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(encode, value))
    return head(5, len(value)) + b"".join(encode(k) + encode(v) for k, v in value.items())


def decode(data):
    value, rest = _decode(data)
    if rest:
        raise ValueError("more than one value")
    return value


def _decode(data):
    kind, bits, data = data[0] >> 5, data[0] & 31, data[1:]
    if kind == 7:
        if bits in (20, 21):
            return bits == 21, data
        size, form = {26: (4, ">f"), 27: (8, ">d")}[bits]
        return struct.unpack(form, data[:size])[0], data[size:]
    n = bits
    if bits >= 24:
        size = 1 << (bits - 24)
        n, data = int.from_bytes(data[:size], "big"), data[size:]
    if kind == 0:
        return n, data
    if kind in (2, 3):
        text = data[:n]
        return (text if kind == 2 else text.decode()), data[n:]
    values = []
    for _ in range(n if kind == 4 else 2 * n):
        value, data = _decode(data)
        values.append(value)
    return (values if kind == 4 else dict(zip(values[::2], values[1::2]))), data
