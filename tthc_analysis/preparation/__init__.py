"""Exports → processed data: made only when something changed, validated by expectations, with an account of every row.

It reads through `exports` and writes through `store`; only `process` loads pandas, only `validation` Great Expectations.
"""
