//! What our things in AWS are called. Policies are written against these names.

use protocol::Guid;

/// What the names of all users of workspaces begin with.
pub const USER_PREFIX: &str = "tmux-user-";
/// What the names of all buckets begin with.
pub const BUCKET_PREFIX: &str = "tmux-";
/// The managed policy beyond which no workspace's user can ever go.
pub const BOUNDARY: &str = "tmux-builder-boundary";
/// The inline policy of a workspace's user.
pub const USER_POLICY: &str = "tmux-builder-workspace";
/// The function of CloudFront that finds the index page of a folder.
pub const INDEX_FUNCTION: &str = "tmux-builder-index";

/// The tag that names the workspace.
pub const GUID_TAG: &str = "tmux-builder:guid";
/// The tag that names the project.
pub const PROJECT_TAG: &str = "tmux-builder:project";
/// The tag that names the site.
pub const SITE_TAG: &str = "tmux-builder:site";

/// The user of a workspace: `tmux-user-0123456789ab`.
#[must_use]
pub fn user(guid: &Guid) -> String {
    format!("{USER_PREFIX}{}", guid.short())
}

/// The buckets of a workspace, as policies match them: `tmux-0123456789ab-*`.
#[must_use]
pub fn buckets(guid: &Guid) -> String {
    format!("{BUCKET_PREFIX}{}-*", guid.short())
}

/// ARN of a user.
#[must_use]
pub fn user_arn(account: &str, user: &str) -> String {
    format!("arn:aws:iam::{account}:user/{user}")
}

/// ARN of the boundary.
#[must_use]
pub fn boundary_arn(account: &str) -> String {
    format!("arn:aws:iam::{account}:policy/{BOUNDARY}")
}

/// ARN of a bucket, or of the buckets that a pattern matches.
#[must_use]
pub fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

/// ARN of a distribution.
#[must_use]
pub fn distribution_arn(account: &str, id: &str) -> String {
    format!("arn:aws:cloudfront::{account}:distribution/{id}")
}
