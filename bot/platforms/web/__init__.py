"""The built-in web chat: the same words, cards and forms for people without Slack or Teams."""
