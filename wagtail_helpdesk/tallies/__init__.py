"""What the recap counts, and how: the entries an operation writes, and the counters they are folded into.

``changes`` knows what counts; ``writing`` writes it with the operation, ``replay`` out of a ticket's history;
``folding`` adds it up by day and month, and ``rebuilding`` compares all of it with the history and mends it.
"""
