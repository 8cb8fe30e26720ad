//! Deployments that only an old chat history knows of.
//!
//! Before there was a ledger, the one record of a publish was the chat: a file of JSON lines, in
//! which an answer names the site's address under a Markdown heading with the project's name. Such
//! deployments are listed beside the sites of today; nothing can be done to them here.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{ApiError, Guid, PastDeployment};
use serde::{Deserialize, Serialize};

use super::Publishing;
use super::record::{SiteRecord, all};
use crate::actor::Actor;
use crate::authorise::{Action, authorise};
use crate::error::Result;
use crate::history::Past;
use crate::records::{Record, put};
use crate::table::{Condition, Key, Query};

/// Deployments that one workspace lists, of sites and of histories: a page shows all of them.
const LIMIT: usize = 1_000;
/// Deployments that are stored in one transaction.
const BATCH: usize = 50;
/// How the address of a distribution begins and ends.
const SCHEME: &str = "https://";
const DOMAIN: &str = ".cloudfront.net";
/// What a site under no heading is called.
const NAMELESS: &str = "Website";
/// Characters of a heading that become a project's name.
const NAME_CHARS: usize = protocol::NAME_CHARS;

/// A deployment that was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PastRecord {
    guid: Guid,
    #[serde(flatten)]
    deployment: PastDeployment,
}

impl PastRecord {
    fn partition(guid: &Guid) -> String {
        format!("PAST#{guid}")
    }
}

impl Record for PastRecord {
    const WHAT: &'static str = "past deployment";

    fn key(&self) -> Key {
        let sort = format!("URL#{}", self.deployment.url);
        Key::new(Self::partition(&self.guid), sort)
    }
}

impl Publishing {
    /// Takes in the deployments of an old chat history that are not known yet. Done again, it adds
    /// nothing. Returns what was added.
    ///
    /// # Errors
    /// Refused if the actor may not publish in the workspace, or there would be too many in it: then
    /// nothing is added. Or the storage fails.
    pub async fn import_history(
        &self,
        actor: &Actor,
        guid: &Guid,
        past: &Past,
    ) -> Result<Vec<PastDeployment>> {
        self.check(actor, guid).await?;
        let known = self.known_addresses(guid).await?;
        let mut new = deployments(past);
        new.retain(|deployment| !known.contains(&deployment.url));
        if known.len() + new.len() > LIMIT {
            let message = format!(
                "A workspace lists at most {LIMIT} deployments. With those that this history names \
                 there would be more."
            );
            return Err(ApiError::limit(message).into());
        }
        for batch in new.chunks(BATCH) {
            let write = |deployment: &PastDeployment| {
                let record = PastRecord {
                    guid: guid.clone(),
                    deployment: deployment.clone(),
                };
                put(&record, Condition::Always)
            };
            let writes = batch.iter().map(write).collect();
            self.records.transact(writes).await?;
        }
        Ok(new)
    }

    /// Refuses whoever may not publish in a workspace.
    pub(crate) async fn check(&self, actor: &Actor, guid: &Guid) -> Result<()> {
        let role = authorise(&self.records, actor, guid, Action::Publish).await;
        role.map(drop)
    }

    /// The deployments of a workspace that were imported, those that changed last first.
    ///
    /// # Errors
    /// Refused if the actor may not read the workspace's deployments.
    pub async fn past_deployments(
        &self,
        actor: &Actor,
        guid: &Guid,
    ) -> Result<Vec<PastDeployment>> {
        authorise(&self.records, actor, guid, Action::ReadDeployments).await?;
        let found = self.past_of(guid).await?;
        let mut past: Vec<_> = found.into_iter().map(|past| past.deployment).collect();
        past.sort_by_key(|past| std::cmp::Reverse(past.deployed_at));
        Ok(past)
    }

    async fn known_addresses(&self, guid: &Guid) -> Result<BTreeSet<String>> {
        let sites = all::<SiteRecord>(&self.records, SiteRecord::sites_of(guid)).await?;
        let sites = sites
            .iter()
            .filter_map(|site| self.hosting.url(&site.target()))
            .map(|url| url.trim_end_matches('/').to_owned());
        let past = self.past_of(guid).await?;
        Ok(sites
            .chain(past.into_iter().map(|past| past.deployment.url))
            .collect())
    }

    async fn past_of(&self, guid: &Guid) -> Result<Vec<PastRecord>> {
        let query = Query::table(PastRecord::partition(guid));
        let found = all::<PastRecord>(&self.records, query).await?;
        Ok(found.into_iter().map(|past| past.value).collect())
    }
}

/// The deployments that a history names, the last mention of each address, in the order of their
/// addresses. Where there are too many, they are not all.
fn deployments(past: &Past) -> Vec<PastDeployment> {
    let mut found = BTreeMap::new();
    for message in &past.messages {
        for (project_name, url) in addresses(&message.content) {
            let deployment = PastDeployment {
                project_name,
                url: url.clone(),
                deployed_at: message.at.unwrap_or_default(),
            };
            found.insert(url, deployment);
        }
        if found.len() > LIMIT {
            break;
        }
    }
    found.into_values().collect()
}

/// The addresses in a Markdown text, each with the heading that it stands under.
fn addresses(text: &str) -> Vec<(String, String)> {
    let mut heading = NAMELESS.to_owned();
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(title) = title(line) {
            heading = title;
        }
        let mut rest = line;
        while let Some(start) = rest.find(SCHEME) {
            rest = &rest[start..];
            let host = &rest[SCHEME.len()..];
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
            let end = host.find(|c| !is_part(c)).unwrap_or(host.len());
            let host = host[..end].trim_end_matches('.');
            if host.ends_with(DOMAIN) && host.len() > DOMAIN.len() {
                found.push((heading.clone(), format!("{SCHEME}{host}")));
            }
            rest = &rest[SCHEME.len() + end..];
        }
    }
    found
}

/// The words of a Markdown heading.
fn title(line: &str) -> Option<String> {
    let words = line.trim_start().trim_start_matches('#');
    if words.len() == line.trim_start().len() || !words.starts_with(' ') {
        return None;
    }
    let is_mark = |c: char| c.is_whitespace() || matches!(c, '#' | '*' | '_' | '`');
    let words: String = words
        .trim_matches(is_mark)
        .chars()
        .take(NAME_CHARS)
        .collect();
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn line(content: &str, time: Value) -> String {
        json!({ "role": "assistant", "content": content, "timestamp": time }).to_string()
    }

    fn named_in(history: &str) -> Vec<PastDeployment> {
        deployments(&Past::read(history).unwrap())
    }

    #[test]
    fn an_address_belongs_to_the_heading_above_it() {
        let text = "Done!\n\n## **Tea Shop**\nLive at https://d111abc.cloudfront.net/index.html.\n\
                    ### Bakery\n[open](https://d222.cloudfront.net), https://example.org";
        let found = named_in(&line(text, json!("2026-02-04T11:39:25Z")));
        let named: Vec<_> = found
            .iter()
            .map(|past| (past.project_name.as_str(), past.url.as_str()))
            .collect();
        assert_eq!(
            named,
            [
                ("Tea Shop", "https://d111abc.cloudfront.net"),
                ("Bakery", "https://d222.cloudfront.net"),
            ]
        );
        assert_eq!(found[0].deployed_at.rfc3339(), "2026-02-04T11:39:25Z");
    }

    #[test]
    fn the_last_mention_counts_and_odd_lines_are_passed_over() {
        let history = [
            line("https://d1.cloudfront.net", json!(1_770_205_165)),
            "not json".to_owned(),
            json!({ "content": 7 }).to_string(),
            line(
                "# Tea\nhttps://d1.cloudfront.net/",
                json!("2026-02-04T12:00:00.123456"),
            ),
            line(
                "https://.cloudfront.net https://cloudfront.net",
                Value::Null,
            ),
        ];
        let found = named_in(&history.join("\n"));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].project_name, "Tea");
        assert_eq!(found[0].deployed_at.rfc3339(), "2026-02-04T12:00:00Z");
    }

    proptest! {
        #[test]
        fn any_text_is_read(content in "(?s)[ -~].*") {
            named_in(&line(&format!("a{content}"), Value::Null));
        }
    }
}
