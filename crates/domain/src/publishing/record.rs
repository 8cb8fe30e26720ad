//! How sites and releases are stored.

use protocol::{
    Guid, ProjectId, PublishAct, Release, SessionId, Site, SiteId, SiteStatus, Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::hosting::{Hosting, Place, Target};
use crate::records::{Record, Records, Stored};
use crate::table::{Key, Query, Source};

/// A site as it is stored. Its address is asked of the hosting engine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteRecord {
    /// Its id.
    pub id: SiteId,
    /// The workspace that owns it.
    pub guid: Guid,
    /// The project it belongs to.
    pub project: ProjectId,
    /// Its unique resource name. Final once there is a place.
    pub name: String,
    /// Where it is, once the hosting engine has made it.
    #[serde(default)]
    pub place: Option<Place>,
    /// The release that is live; 0 before the first one is.
    pub live: u32,
    /// Release numbers given out. A publish that fails uses its number up.
    pub releases: u32,
    /// How far it is.
    pub status: SiteStatus,
    /// Why the last act failed, if it did.
    pub failure: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When a release last went live; when it was made, before that.
    pub deployed_at: Timestamp,
}

impl SiteRecord {
    const PREFIX: &'static str = "SITE#";

    /// Where the site `id` is stored.
    #[must_use]
    pub fn key_of(id: SiteId) -> Key {
        Key::new(partition(id), "SITE")
    }

    /// The sites of a workspace, oldest first.
    #[must_use]
    pub fn sites_of(guid: &Guid) -> Query {
        Query::index(format!("WORKSPACE#{guid}")).prefix(Self::PREFIX)
    }

    /// What the hosting engine is told about it.
    #[must_use]
    pub fn target(&self) -> Target {
        Target {
            guid: self.guid.clone(),
            project: self.project,
            site: self.id,
            name: self.name.clone(),
            place: self.place.clone(),
        }
    }

    /// The site as people see it.
    #[must_use]
    pub fn site(&self, hosting: &dyn Hosting) -> Site {
        Site {
            id: self.id,
            guid: self.guid.clone(),
            project: self.project,
            name: self.name.clone(),
            url: hosting.url(&self.target()),
            live: self.live,
            status: self.status,
            failure: self.failure.clone(),
            created_at: self.created_at,
            deployed_at: self.deployed_at,
        }
    }
}

impl Record for SiteRecord {
    const WHAT: &'static str = "site";

    fn key(&self) -> Key {
        Self::key_of(self.id)
    }

    fn index(&self) -> Option<Key> {
        let sort = format!(
            "{}{:020}#{}",
            Self::PREFIX,
            self.created_at.millis(),
            self.id
        );
        Some(Key::new(format!("WORKSPACE#{}", self.guid), sort))
    }
}

/// Claims a resource name for a site, for ever.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameRecord {
    /// The name.
    pub name: String,
    /// Whose it is.
    pub site: SiteId,
}

impl Record for NameRecord {
    const WHAT: &'static str = "site's name";

    fn key(&self) -> Key {
        Key::new(format!("NAME#{}", self.name), "NAME")
    }
}

/// How far a release is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseState {
    /// All its files are at the site's place.
    Stored,
    /// It is or was live. Such a release can be made live again.
    Activated,
}

/// A release as it is stored. The record comes after the files, so it stands for a whole release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseRecord {
    /// The release as people see it.
    #[serde(flatten)]
    pub release: Release,
    /// How far it is.
    pub state: ReleaseState,
}

impl ReleaseRecord {
    const PREFIX: &'static str = "RELEASE#";

    /// Where the release `number` of `site` is stored.
    #[must_use]
    pub fn key_of(site: SiteId, number: u32) -> Key {
        Key::new(partition(site), format!("{}{number:010}", Self::PREFIX))
    }

    /// The releases of a site, newest first.
    #[must_use]
    pub fn releases_of(site: SiteId) -> Query {
        Query::table(partition(site))
            .prefix(Self::PREFIX)
            .descending()
    }
}

impl Record for ReleaseRecord {
    const WHAT: &'static str = "release";

    fn key(&self) -> Key {
        Self::key_of(self.release.site, self.release.number)
    }
}

/// What is still to be done to a site: at most one of a kind for each, all of a kind together, so
/// that a new process finds what the last one left.
pub trait Pending: Record {
    /// Where all of this kind are.
    const PARTITION: &'static str;

    /// Where it is stored for `site`.
    #[must_use]
    fn key_of(site: SiteId) -> Key {
        Key::new(Self::PARTITION, format!("SITE#{site}"))
    }

    /// All of this kind.
    #[must_use]
    fn all() -> Query {
        Query::table(Self::PARTITION)
    }
}

/// The intent of an act that is under way. Written before anything is done and removed with its
/// end, so what is left of it after a crash says what to finish. One per site at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentRecord {
    /// The site.
    pub site: SiteId,
    /// What is being done.
    pub act: PublishAct,
    /// The release that will be live.
    pub release: u32,
    /// The session whose agent publishes, if one does.
    #[serde(default)]
    pub session: Option<SessionId>,
}

impl Pending for IntentRecord {
    const PARTITION: &'static str = "PUBLISHING";
}

impl Record for IntentRecord {
    const WHAT: &'static str = "publish under way";

    fn key(&self) -> Key {
        Self::key_of(self.site)
    }
}

/// A site whose last change has not reached visitors everywhere yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpreadRecord {
    /// The site.
    pub site: SiteId,
    /// The release that spreads.
    pub release: u32,
}

impl Pending for SpreadRecord {
    const PARTITION: &'static str = "SPREADING";
}

impl Record for SpreadRecord {
    const WHAT: &'static str = "release that spreads";

    fn key(&self) -> Key {
        Self::key_of(self.site)
    }
}

/// A site that is to be removed, from the wish to the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovalRecord {
    /// The site.
    pub site: SiteId,
}

impl Pending for RemovalRecord {
    const PARTITION: &'static str = "REMOVING";
}

impl Record for RemovalRecord {
    const WHAT: &'static str = "removal";

    fn key(&self) -> Key {
        Self::key_of(self.site)
    }
}

/// Everything that a query selects, page by page.
pub(crate) async fn all<T: Record>(records: &Records, mut query: Query) -> Result<Vec<Stored<T>>> {
    let mut found = Vec::new();
    loop {
        let page = records.query::<T>(query.clone()).await?;
        let is_last = page.len() < query.limit;
        query.beyond = page.last().and_then(|last| match query.source {
            Source::Table => Some(last.key().sort),
            Source::Index => last.index().map(|key| key.sort),
        });
        found.extend(page);
        if is_last {
            return Ok(found);
        }
    }
}

/// The partition that holds everything of a site.
pub(crate) fn partition(id: SiteId) -> String {
    format!("SITE#{id}")
}
