"""The errors that Slack documents for each method that the bot calls.

Source: the error tables of https://docs.slack.dev/reference/methods, read in November 2026.
"""


def _codes(words: str) -> tuple[str, ...]:
    return tuple(words.split())


# Documented for every method.
COMMON = _codes(
    """
    access_denied accesslimited account_inactive deprecated_endpoint ekm_access_denied
    enterprise_is_restricted fatal_error internal_error invalid_arg_name invalid_arguments
    invalid_array_arg invalid_auth invalid_charset invalid_form_data invalid_post_type
    method_deprecated missing_post_type missing_scope no_permission not_allowed_token_type
    not_authed org_login_required ratelimited request_timeout service_unavailable
    team_access_not_granted team_added_to_org token_expired token_revoked
    two_factor_setup_required
    """
)

# Those of methods that deliveries use.
OWN = {
    "chat.postMessage": _codes(
        """
        as_user_not_supported attachment_payload_limit_exceeded cannot_reply_to_message
        channel_not_found duplicate_channel_not_found duplicate_message_not_found invalid_blocks
        invalid_blocks_format invalid_metadata_format invalid_metadata_schema is_archived
        markdown_text_conflict message_limit_exceeded messages_tab_disabled
        metadata_must_be_sent_from_app metadata_too_large missing_file_data msg_blocks_too_long
        msg_too_long no_text not_in_channel rate_limited restricted_action
        restricted_action_non_threadable_channel restricted_action_read_only_channel
        restricted_action_thread_locked restricted_action_thread_only_channel
        send_on_behalf_not_allowed slack_connect_blocked_file_type
        slack_connect_canvas_sharing_blocked slack_connect_clip_sharing_blocked
        slack_connect_file_link_sharing_blocked slack_connect_file_upload_sharing_blocked
        slack_connect_lists_sharing_blocked team_not_found too_many_attachments
        too_many_contact_cards user_not_in_channel
        """
    ),
    "chat.update": _codes(
        """
        as_user_not_supported block_mismatch cant_broadcast_message cant_update_message
        channel_not_found edit_window_closed external_channel_migrating invalid_attachments
        invalid_blocks invalid_blocks_format invalid_metadata_format invalid_metadata_schema
        is_inactive markdown_text_conflict message_not_found metadata_must_be_sent_from_app
        metadata_too_large msg_too_long no_dual_broadcast_content_update no_text rate_limited
        slack_connect_file_link_sharing_blocked streaming_state_conflict team_not_found
        too_many_attachments update_failed
        """
    ),
    "chat.delete": _codes(
        """
        as_user_not_supported cant_delete_message channel_not_found
        compliance_exports_prevent_deletion message_not_found
        """
    ),
    "conversations.open": _codes(
        """
        channel_not_found invalid_user_combination method_not_supported_for_channel_type
        not_enough_users too_many_users user_disabled user_not_found user_not_visible
        users_list_not_supplied
        """
    ),
    "users.info": _codes(
        """
        user_not_found user_not_visible
        """
    ),
    "users.list": _codes(
        """
        invalid_cursor limit_required
        """
    ),
    "conversations.history": _codes(
        """
        channel_is_limited_access channel_not_found invalid_cursor invalid_metadata_filter_keys
        invalid_ts_latest invalid_ts_oldest not_in_channel pagination_not_available
        """
    ),
}

# Those of methods that answer somebody, or that nothing uses yet: they need words for the log.
WORDS_ONLY = {
    "chat.postEphemeral": _codes(
        """
        cannot_reply_to_message channel_not_found invalid_attachments is_archived is_bot
        markdown_text_conflict message_limit_exceeded messages_tab_disabled msg_too_long no_text
        not_in_channel restricted_action too_many_attachments unknown_method user_not_in_channel
        """
    ),
    "conversations.members": _codes(
        """
        channel_not_found fetch_members_failed invalid_cursor invalid_limit
        method_not_supported_for_channel_type
        """
    ),
    "users.lookupByEmail": _codes(
        """
        users_not_found
        """
    ),
    "views.open": _codes(
        """
        duplicate_external_id exchanged_trigger_id expired_trigger_id invalid_trigger_id
        view_too_large
        """
    ),
    "views.publish": _codes(
        """
        duplicate_external_id hash_conflict missing_profile_id not_enabled not_implemented
        view_too_large
        """
    ),
    "views.update": _codes(
        """
        duplicate_external_id hash_conflict not_found view_too_large
        """
    ),
}
