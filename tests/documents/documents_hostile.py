"""Texts that must stay texts wherever they are printed."""

HOSTILE = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "{{ 7*7 }}",
    "{% for x in y %}",
    "<script>alert(1)</script>",
    "a & b < c \x0b\x00",
)
