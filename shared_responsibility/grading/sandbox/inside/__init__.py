"""What runs inside before the learner's code does. Standard library only, no other import.

These modules are also seen inside under the name `inside`, so they import each other relatively.
"""
