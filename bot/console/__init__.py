"""The organisers' pages: what happened, what waits and what to change, in a browser."""
