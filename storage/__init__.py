"""What the bot remembers: tables, repositories and the unit of work around them."""
