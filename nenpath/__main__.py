"""``python -m nenpath`` is the command ``nenpath``."""

from nenpath.cli import main

if __name__ == "__main__":
    main()
