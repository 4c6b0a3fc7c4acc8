"""Help desk › Visits: who goes where today and tomorrow, and what waits to be reported."""
