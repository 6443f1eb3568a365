"""Slack's error codes as what delivery is to do and what an organiser is told.

Sources: the error tables of https://docs.slack.dev/reference/methods/chat.postMessage,
chat.update, chat.delete, chat.postEphemeral, conversations.open, conversations.history,
conversations.members, users.info, users.list, users.lookupByEmail, views.open, views.publish and
views.update.
"""

from collections.abc import Mapping

# The account itself can't be reached any more.
GONE: Mapping[str, str] = {
    "cannot_dm_bot": "This account belongs to a bot, which can't be written to.",
    "user_disabled": "This Slack account has been deactivated.",
    "user_not_found": "Slack does not know this account.",
    "user_not_visible": "The bot may not see this Slack account.",
    "users_not_found": "Slack does not know this account.",
}

# What these say of a channel means of one person that the bot can't write to them at all.
NOT_TO_PERSON = "Slack does not let the bot write to this person."
_NO_CONVERSATION = frozenset(
    {"channel_not_found", "is_archived", "is_inactive", "not_in_channel", "user_not_in_channel"}
)

_INSTALL = "The bot is no longer allowed into this Slack workspace; install it again."
_OURS = "Slack refused the message as badly made; this is a fault of the bot."
_LONG = "The message is longer than Slack takes."
_FORBIDDEN = "The workspace's rules do not let the bot write here."
_CONNECT = "The other organisation in this shared channel does not allow this message."
_ARCHIVED = "The channel has been archived."
_CHANNEL = "The channel does not exist, or the bot has not been invited to it."
_GONE_MESSAGE = "The message is no longer there."
_LOCKED = "Slack does not let this message be changed any more."
_PEOPLE = "Slack can't open a conversation between these people."
_THREAD = "The thread does not take the message."
_FORM = "Slack did not take the form or the page."

PERMANENT: Mapping[str, str] = {
    **GONE,
    # The workspace.
    "access_denied": _FORBIDDEN,
    "accesslimited": "The workspace takes nothing from the network that the bot is on.",
    "account_inactive": _INSTALL,
    "app_access_restricted": _FORBIDDEN,
    "app_not_found": _INSTALL,
    "ekm_access_denied": "The organisation has withdrawn its encryption key from Slack.",
    "enterprise_is_restricted": _FORBIDDEN,
    "forbidden_team": _FORBIDDEN,
    "invalid_auth": _INSTALL,
    "missing_scope": "The bot lacks a permission in Slack; “python -m bot check” says which one.",
    "no_permission": _FORBIDDEN,
    "not_allowed_token_type": _INSTALL,
    "not_authed": _INSTALL,
    "send_on_behalf_not_allowed": _FORBIDDEN,
    "team_access_not_granted": _INSTALL,
    "team_not_found": _INSTALL,
    "token_expired": _INSTALL,
    "token_revoked": _INSTALL,
    "two_factor_setup_required": _FORBIDDEN,
    # The channel.
    "cannot_reply_to_message": _THREAD,
    "channel_is_limited_access": _FORBIDDEN,
    "channel_not_found": _CHANNEL,
    "is_archived": _ARCHIVED,
    "is_inactive": _ARCHIVED,
    "messages_tab_disabled": "Direct messages to the bot are switched off in its Slack settings.",
    "channel_type_not_supported": _CHANNEL,
    "method_not_supported_for_channel_type": _CHANNEL,
    "not_in_channel": "The bot has not been invited to the channel.",
    "restricted_action": _FORBIDDEN,
    "restricted_action_non_threadable_channel": _FORBIDDEN,
    "restricted_action_read_only_channel": "Only some people may write in this channel.",
    "restricted_action_thread_locked": _THREAD,
    "restricted_action_thread_only_channel": "This channel only takes replies in threads.",
    "thread_locked": _THREAD,
    "thread_not_found": _THREAD,
    "user_not_in_channel": "This person is not in the channel.",
    # The people of a group.
    "invalid_user_combination": _PEOPLE,
    "not_enough_users": _PEOPLE,
    "too_many_users": "A Slack group conversation takes eight people, the bot among them.",
    "user_team_not_in_channel": _PEOPLE,
    "users_list_not_supplied": _PEOPLE,
    # The message.
    "as_user_not_supported": _OURS,
    "attachment_payload_limit_exceeded": _LONG,
    "block_mismatch": _LOCKED,
    "cannot_add_others_in_dm": _PEOPLE,
    "cant_broadcast_message": _FORBIDDEN,
    "cant_delete_message": _LOCKED,
    "cant_update_message": _LOCKED,
    "compliance_exports_prevent_deletion": "The organisation's archiving forbids deleting.",
    "duplicate_channel_not_found": _OURS,
    "duplicate_message_not_found": _OURS,
    "edit_window_closed": _LOCKED,
    "invalid_arg_name": _OURS,
    "invalid_arguments": _OURS,
    "invalid_array_arg": _OURS,
    "invalid_attachments": _OURS,
    "invalid_blocks": _OURS,
    "invalid_blocks_format": _OURS,
    "invalid_charset": _OURS,
    "invalid_cursor": _OURS,
    "invalid_form_data": _OURS,
    "invalid_json": _OURS,
    "invalid_limit": _OURS,
    "invalid_metadata_filter_keys": _OURS,
    "invalid_metadata_format": _OURS,
    "invalid_metadata_schema": _OURS,
    "invalid_post_type": _OURS,
    "invalid_ts_latest": _OURS,
    "invalid_ts_oldest": _OURS,
    "is_bot": _OURS,
    "json_not_object": _OURS,
    "limit_required": _OURS,
    "markdown_text_conflict": _OURS,
    "message_not_found": _GONE_MESSAGE,
    "metadata_must_be_sent_from_app": _OURS,
    "metadata_too_large": _OURS,
    "method_deprecated": _OURS,
    "deprecated_endpoint": _OURS,
    "missing_argument": _OURS,
    "missing_file_data": _OURS,
    "missing_post_type": _OURS,
    "msg_blocks_too_long": _LONG,
    "msg_too_long": _LONG,
    "no_dual_broadcast_content_update": _LOCKED,
    "no_text": _OURS,
    "pagination_not_available": _OURS,
    "slack_connect_blocked_file_type": _CONNECT,
    "slack_connect_canvas_sharing_blocked": _CONNECT,
    "slack_connect_clip_sharing_blocked": _CONNECT,
    "slack_connect_file_link_sharing_blocked": _CONNECT,
    "slack_connect_file_upload_sharing_blocked": _CONNECT,
    "slack_connect_lists_sharing_blocked": _CONNECT,
    "too_many_attachments": _OURS,
    "too_many_contact_cards": _OURS,
    "unknown_method": _OURS,
    # A form or App Home: these are answers to somebody, so only the log tells of them.
    "duplicate_external_id": _FORM,
    "exchanged_trigger_id": "The form was asked for twice.",
    "expired_trigger_id": "Slack waited too short a time for the form.",
    "hash_conflict": _FORM,
    "invalid_trigger_id": _FORM,
    "missing_profile_id": _FORM,
    "not_enabled": "The Home tab is switched off in the bot's Slack settings.",
    "not_found": "The form is no longer open.",
    "not_implemented": _FORM,
    "view_too_large": "The form is larger than Slack takes.",
}

# The token is worth nothing any more.
TOKEN_REFUSED = frozenset({"account_inactive", "invalid_auth", "token_expired", "token_revoked"})

# Slack or the workspace asks for patience, and nothing was done: the workspace waits.
LANE_LATER: Mapping[str, str] = {
    "message_limit_exceeded": "The workspace has sent as many messages as Slack allows for now.",
    "org_login_required": "The workspace is being moved to another organisation.",
    "rate_limited": "Slack asks for patience.",
    "ratelimited": "Slack asks for patience.",
    "service_unavailable": "Slack is not available.",
    "team_added_to_org": "The workspace is being moved to another organisation.",
}

# The same about one message or one channel; the others of the workspace go on.
MESSAGE_LATER: Mapping[str, str] = {
    "external_channel_migrating": "The channel is being moved.",
    "fetch_members_failed": "Slack could not read the list of people.",
    "streaming_state_conflict": "The message is still being written.",
    "update_failed": "Slack could not change the message.",
}
LATER: Mapping[str, str] = {**LANE_LATER, **MESSAGE_LATER}

# "It's possible some aspect of the operation succeeded before the error was raised."
UNCLEAR: Mapping[str, str] = {
    "fatal_error": "Slack broke while it took the message.",
    "internal_error": "Slack broke while it took the message.",
    "request_timeout": "Slack did not read the message in time.",
}


def reason(code: str, *, is_person: bool = False) -> str:
    """What an organiser is told of an error; ``is_person`` where one person was written to."""
    if is_person and code in _NO_CONVERSATION:
        return NOT_TO_PERSON
    known = PERMANENT.get(code) or LATER.get(code) or UNCLEAR.get(code)
    return known or f"Slack refused it with the code “{code}”."


def is_gone(code: str, *, is_person: bool) -> bool:
    """Whether the one account that was written to can't be reached any more."""
    return code in GONE or (is_person and code in _NO_CONVERSATION)
