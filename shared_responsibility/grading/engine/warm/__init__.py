"""What runs inside the sandbox: a warm process, and a fork of it for each notebook.

These modules are also seen inside under the name `warm`, so they import each other relatively.
"""
