"""Every change of the tables, in order; each works with the code already running."""
