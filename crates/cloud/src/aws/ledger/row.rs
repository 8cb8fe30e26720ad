//! What the ledger knows about one resource.

use std::collections::BTreeMap;
use std::fmt;

use domain::hosting::Target;
use protocol::{Guid, ProjectId, SiteId, Timestamp};

/// What a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A bucket of S3. Its id is its name.
    Bucket,
    /// A distribution of CloudFront. Before it is made, its id is the site's name.
    Distribution,
    /// An origin access control of CloudFront. Before it is made, its id is the site's name.
    AccessControl,
    /// A user of IAM. Its id is its name.
    User,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::Bucket,
        Self::Distribution,
        Self::AccessControl,
        Self::User,
    ];

    /// Its word in the table: `s3_bucket`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bucket => "s3_bucket",
            Self::Distribution => "cloudfront",
            Self::AccessControl => "origin_access_control",
            Self::User => "iam_user",
        }
    }

    /// Whether we choose the id, so that somebody else may choose the same one.
    pub(super) const fn is_named_by_us(self) -> bool {
        matches!(self, Self::Bucket | Self::User)
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// As people call it.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bucket => "bucket",
            Self::Distribution => "distribution",
            Self::AccessControl => "origin access control",
            Self::User => "user",
        })
    }
}

/// How far a resource is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// It may be there: it is about to be made.
    Intended,
    /// It is there.
    Active,
    /// It may be there: it is being removed.
    Deleting,
    /// It is gone. The row stays as proof, and its name is never given to another owner.
    Deleted,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Intended, Self::Active, Self::Deleting, Self::Deleted];

    /// Its word in the table: `intended`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Active => "active",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }

    pub(super) fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whose a resource is. Only its owner may go on with it or delete it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Owner {
    /// The workspace.
    pub guid: Guid,
    /// The site, for a resource of a site.
    pub site: Option<SiteId>,
}

/// One resource in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The workspace that owns it.
    pub guid: Guid,
    /// What it is.
    pub kind: Kind,
    /// What AWS calls it. See [`Kind`] for what stands here before AWS has named it.
    pub id: String,
    /// How far it is.
    pub state: State,
    /// When it was intended.
    pub created_at: Timestamp,
    /// The project, for a resource of a site.
    pub project: Option<ProjectId>,
    /// The site, for a resource of a site.
    pub site: Option<SiteId>,
    /// The site's unique name, for a resource of a site. AWS has it too, as comment or name, so
    /// that a resource is found whose id was lost.
    pub name: Option<String>,
    /// Its region; none for what is global.
    pub region: Option<String>,
    /// Its ARN, once it is known.
    pub arn: Option<String>,
    /// What else its makers want to remember of it, in words.
    pub notes: BTreeMap<String, String>,
}

impl Row {
    /// An intended resource of a site, under the site's name as its id.
    #[must_use]
    pub fn of_site(target: &Target, kind: Kind, at: Timestamp) -> Self {
        Self {
            project: Some(target.project),
            site: Some(target.site),
            name: Some(target.name.clone()),
            ..Self::of_workspace(&target.guid, kind, &target.name, at)
        }
    }

    /// An intended resource of a workspace.
    #[must_use]
    pub fn of_workspace(guid: &Guid, kind: Kind, id: &str, at: Timestamp) -> Self {
        Self {
            guid: guid.clone(),
            kind,
            id: id.to_owned(),
            state: State::Intended,
            created_at: at,
            project: None,
            site: None,
            name: None,
            region: None,
            arn: None,
            notes: BTreeMap::new(),
        }
    }

    /// Whose it is.
    #[must_use]
    pub fn owner(&self) -> Owner {
        Owner {
            guid: self.guid.clone(),
            site: self.site,
        }
    }

    /// Whether AWS has not named it yet (or we have not heard): its id is the site's name.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        !self.kind.is_named_by_us() && self.name.as_ref() == Some(&self.id)
    }
}
