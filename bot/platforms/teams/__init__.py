"""Microsoft Teams: chats, group chats and channels."""
