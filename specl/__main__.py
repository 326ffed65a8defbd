"""``python -m specl`` is the command ``specl``."""

from specl.cli.app import main

if __name__ == "__main__":
    main()
