"""`python warm.zip`: see `parent`."""

from warm.parent import main  # type: ignore[import-not-found]

main()
