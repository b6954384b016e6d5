"""Ways to cheat, harm or break grading, and what must hold against each.

`tools.py` goes into the attacker's notebook, the modules of the families hold the attacks, and
`test_attacks.py` grades them between honest learners. Add one: a decorated function of a few lines.
"""
