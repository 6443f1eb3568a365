"""The Leaders bot: one community of leaders across Slack, Microsoft Teams and the web."""
