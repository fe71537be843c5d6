"""What a result store can be written as: one module or folder per form, found by its ``register(app)``.

``register`` adds one command to ``nenpath export``; it imports nothing heavy, so that help stays quick.
"""
