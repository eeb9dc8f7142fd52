"""Notebooks → executed, rendered, published report; everything printed comes from the executed notebooks."""
