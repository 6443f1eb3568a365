"""Slack: slash commands, messages, buttons, modals and App Home, over HTTP or Socket Mode."""
