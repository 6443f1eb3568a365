"""The rules of each programme: pure, synchronous, without clock, random numbers or network."""
