//! What an agent may do without asking, in words.

use protocol::PermissionPolicy;

/// Its name in forms and in the API.
#[must_use]
pub const fn name(policy: PermissionPolicy) -> &'static str {
    match policy {
        PermissionPolicy::Ask => "ask",
        PermissionPolicy::AcceptEdits => "accept_edits",
        PermissionPolicy::Full => "full",
    }
}

/// What people choose it by.
#[must_use]
pub const fn label(policy: PermissionPolicy) -> &'static str {
    match policy {
        PermissionPolicy::Ask => "Ask",
        PermissionPolicy::AcceptEdits => "Accept edits",
        PermissionPolicy::Full => "Full access",
    }
}

/// What it means, in a sentence.
#[must_use]
pub const fn meaning(policy: PermissionPolicy) -> &'static str {
    match policy {
        PermissionPolicy::Ask => "Asks before it changes files or runs commands.",
        PermissionPolicy::AcceptEdits => {
            "Changes files in the project freely and asks before it runs commands."
        }
        PermissionPolicy::Full => "Does everything without asking. Only for work you can lose.",
    }
}
