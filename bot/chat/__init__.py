"""The words of a conversation: what can be said, asked and registered on any platform."""
