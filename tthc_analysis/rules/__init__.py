"""Dated, cited data: what law, practice or a portal fixes, kept out of the code."""

from tthc_analysis.rules.counting import CountingRules, load_counting_rules, rule_set_ids

__all__ = ["CountingRules", "load_counting_rules", "rule_set_ids"]
