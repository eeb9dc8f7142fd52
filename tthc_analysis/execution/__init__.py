"""Runs notebooks with checked parameters, side by side and apart from each other, and knows when one need not run again.

It knows nothing of reports: what it is given are notebooks, what it leaves are executed notebooks and their outcomes.
"""
