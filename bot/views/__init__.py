"""What the bot says: pure functions from what is known to a message or a form."""
