"""What the recap reads: figures out of the counters, and the tickets behind them. Nothing here writes."""
