"""What people, machines and attackers type."""

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"

TYPED = {
    "nothing": "",
    "blanks": " \t\r\n\u200b\u00a0",
    "a megabyte": "mot " * 262_144,
    "one long word": "x" * 100_000,
    "null bytes": "avant\x00après",
    "control characters": "a\x01b\x08c\x1bd\x7fe",
    "emoji": "👩🏽‍⚕️🩺" * 9,
    "right to left": "\u202eمرحبا بالعالم\u202c",
    "combining": "e" + "\u0301" * 300,
    "script": SCRIPT,
    "a number": "9" * 40,
    "a negative number": "-1",
    "percent and braces": "%(name)s %s {0} {{ x }} {% now 'Y' %}",
    "sql": "'; DROP TABLE members_user; --",
    "address": "javascript:alert(1)//https://mechant.example/",
}
# What a form must not keep as it came: bytes that are no text at all, percent-encoded.
NO_TEXT = {
    "a lone surrogate": "%ED%A0%80",
    "bytes that are not UTF-8": "%FF%FE%C3",
    "an unfinished escape": "%",
}
FORGED = ["0", "-1", "9" * 30, "x", "é", "\x00", "1 OR 1=1", "../../etc/passwd", SCRIPT]
