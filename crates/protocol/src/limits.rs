//! Limits that both sides state. Each says its unit and why it is what it is.

/// Bytes in one chat message. Larger text belongs into a file; an agent's input line stays readable.
pub const MESSAGE_BYTES: usize = 256 * 1024;
/// Files that one message takes along.
pub const MESSAGE_UPLOADS: usize = 10;
/// Characters in the name of a workspace, project or token.
pub const NAME_CHARS: usize = 80;
/// Characters in a description or a session's objectives.
pub const DESCRIPTION_CHARS: usize = 2_000;
/// Bytes of a project's rules. Its agents read all of them in every turn.
pub const RULES_BYTES: usize = 8 * 1024;
/// Bytes of an agent's `summary.md` that are shown. It is a page, not a book.
pub const SUMMARY_BYTES: usize = 64 * 1024;
/// Characters in a password, at least. Length beats composition rules (NIST SP 800-63B).
pub const PASSWORD_MIN_CHARS: usize = 12;
/// Bytes in a password, at most: bounds what one sign-in costs to hash.
pub const PASSWORD_MAX_BYTES: usize = 1_024;
/// Bytes in an e-mail address (RFC 5321, section 4.5.3.1).
pub const EMAIL_BYTES: usize = 254;
/// Characters of a project's slug: what fits into an S3 name beside prefix, short id and time.
pub const SLUG_CHARS: usize = 29;
/// Characters of a resource name: the limit of S3 bucket names and of a DNS label.
pub const RESOURCE_NAME_CHARS: usize = 63;
/// Findings that the check of a site keeps. Whoever has more begins with these.
pub const FINDINGS: usize = 100;
/// Messages in one page of a chat.
pub const MESSAGE_PAGE: usize = 50;
/// Bytes of one tool result kept in the chat; the rest stays in the agent's own record.
pub const TOOL_RESULT_BYTES: usize = 16 * 1024;
/// Bytes of an upload's name, at most. File systems allow 255, and the moment it came is before it.
pub const UPLOAD_NAME_BYTES: usize = 120;
/// Characters of an upload's text that are shown with it.
pub const EXCERPT_CHARS: usize = 600;
/// Bytes of an upload's text that are kept for the agent; the file has the rest.
pub const UPLOAD_TEXT_BYTES: usize = 64 * 1024;
/// Bytes of a chat history that are taken in at once. A file of ours has less.
pub const HISTORY_BYTES: usize = 16 * 1024 * 1024;
/// Bytes of one frame from a browser. A message as JSON may double in size by escapes.
pub const LIVE_FRAME_BYTES: usize = 4 * MESSAGE_BYTES;
