//! Checks of published sites, as the pages of a workspace know them.

mod report;

use std::collections::{BTreeMap, HashMap, HashSet};

use leptos::prelude::*;
use protocol::{Guid, ProjectId, Proof, ProofState, SiteId};

use crate::api::sites::{proofs, site_proofs};

pub use self::report::{ProofReport, Thumbnail};

/// The checks that were heard of or asked for. Copies are the same.
#[derive(Clone, Copy, Default)]
pub struct ProofBook {
    found: RwSignal<HashMap<SiteId, BTreeMap<u32, Proof>>>,
    /// The sites whose checks were all asked for.
    asked: StoredValue<HashSet<SiteId>>,
    /// Whether the newest checks of all sites were asked for.
    asked_for_all: StoredValue<bool>,
}

impl ProofBook {
    /// The check of a release.
    #[must_use]
    pub fn of(self, site: SiteId, release: u32) -> Option<Proof> {
        self.found
            .with(|found| found.get(&site)?.get(&release).cloned())
    }

    /// The check of a site's newest release.
    #[must_use]
    pub fn newest(self, site: SiteId) -> Option<Proof> {
        self.found
            .with(|found| found.get(&site)?.values().next_back().cloned())
    }

    /// The check of what a site shows: of release `live`, where an earlier one was made live again.
    #[must_use]
    pub fn of_live(self, site: SiteId, live: u32) -> Option<Proof> {
        match self.newest(site) {
            Some(newest) if newest.release > live && live > 0 => self.of(site, live),
            newest => newest,
        }
    }

    /// The same, or, while that is checked, the newest one before of which there are pictures.
    #[must_use]
    pub fn pictured(self, site: SiteId, live: u32) -> Option<Proof> {
        self.found.with(|found| {
            let releases = found.get(&site)?.range(..=live.max(1)).rev();
            let mut proofs = releases.map(|(_, proof)| proof);
            proofs.find(|it| has_picture(it)).cloned()
        })
    }

    /// The newest check with pictures of any site of a project.
    #[must_use]
    pub fn of_project(self, project: ProjectId) -> Option<Proof> {
        self.found.with(|found| {
            let all = found.values().flat_map(BTreeMap::values);
            let own = all.filter(|proof| proof.project == project && has_picture(proof));
            own.max_by_key(|proof| proof.checked_at).cloned()
        })
    }

    /// Takes in a check that was heard of.
    pub fn heard(self, proof: Proof) {
        self.found.update(|found| {
            let releases = found.entry(proof.site).or_default();
            // A release that waited has been overtaken: it is not checked any more.
            releases.retain(|_, known| {
                known.state != ProofState::Waiting || known.release >= proof.release
            });
            releases.insert(proof.release, proof);
        });
    }

    /// Begins to load the checks of a site, once.
    pub fn ask_for_site(self, site: SiteId) {
        let is_new = self.asked.try_update_value(|asked| asked.insert(site));
        if is_new == Some(true) {
            leptos::task::spawn_local(async move {
                self.take_in(site_proofs(site).await.unwrap_or_default());
            });
        }
    }

    /// Begins to load the newest checks of all sites of a workspace, once.
    pub fn ask_for_all(self, guid: Guid) {
        if self.asked_for_all.get_value() {
            return;
        }
        self.asked_for_all.set_value(true);
        leptos::task::spawn_local(async move {
            self.take_in(proofs(guid).await.unwrap_or_default());
        });
    }

    /// Loads again what was asked for: events were missed.
    pub fn missed(self, guid: Guid) {
        let asked = self.asked.try_update_value(std::mem::take);
        let asked_for_all = self.asked_for_all.get_value();
        self.asked_for_all.set_value(false);
        for site in asked.unwrap_or_default() {
            self.ask_for_site(site);
        }
        if asked_for_all {
            self.ask_for_all(guid);
        }
    }

    /// Takes in what was loaded. What has ended is only replaced by what ended later: it may have been
    /// heard of meanwhile.
    fn take_in(self, loaded: Vec<Proof>) {
        self.found.try_update(|found| {
            for proof in loaded {
                let releases = found.entry(proof.site).or_default();
                let known = releases.get(&proof.release);
                if known.is_none_or(|it| !has_ended(it) || it.checked_at < proof.checked_at) {
                    releases.insert(proof.release, proof);
                }
            }
        });
    }
}

fn has_ended(proof: &Proof) -> bool {
    matches!(proof.state, ProofState::Done | ProofState::Failed { .. })
}

fn has_picture(proof: &Proof) -> bool {
    !proof.pictures.is_empty()
}

/// What a check came to: “Everything checked: 3 pages, 12 files”.
#[must_use]
pub fn in_words(proof: &Proof) -> String {
    match &proof.state {
        ProofState::Waiting | ProofState::Running => return "Checking the site…".to_owned(),
        ProofState::Failed { reason } => return format!("Not checked: {reason}"),
        ProofState::Done => {}
    }
    let looked_at = format!(
        "{}, {}",
        counted(proof.pages as usize, "page"),
        counted(proof.files as usize, "file")
    );
    let errors = proof.errors();
    let warnings = proof.findings.len() - errors;
    let found: Vec<String> = [(errors, "error"), (warnings, "warning")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| counted(count, what))
        .collect();
    if found.is_empty() {
        return format!("Everything checked: {looked_at}");
    }
    format!("{} in {looked_at}", found.join(", "))
}

/// “1 page”, “2 pages”.
pub(crate) fn counted(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use protocol::{Finding, Severity, Timestamp};

    use super::*;

    fn proof(site: SiteId, release: u32) -> Proof {
        Proof::waiting(ProjectId::random(), site, release, Timestamp::default())
    }

    #[test]
    fn a_check_is_told_in_a_line() {
        let mut proof = proof(SiteId::random(), 1);
        assert_eq!(in_words(&proof), "Checking the site…");
        proof.state = ProofState::Done;
        (proof.pages, proof.files) = (1, 12);
        assert_eq!(in_words(&proof), "Everything checked: 1 page, 12 files");
        for severity in [Severity::Error, Severity::Warning, Severity::Warning] {
            proof.findings.push(Finding {
                severity,
                page: "/".to_owned(),
                what: "It is odd.".to_owned(),
            });
        }
        assert_eq!(in_words(&proof), "1 error, 2 warnings in 1 page, 12 files");
        let reason = "It is gone.".to_owned();
        proof.state = ProofState::Failed { reason };
        assert_eq!(in_words(&proof), "Not checked: It is gone.");
    }

    #[test]
    fn a_release_that_was_overtaken_does_not_wait_for_ever() {
        let owner = Owner::new();
        owner.set();
        let (book, site) = (ProofBook::default(), SiteId::random());
        let done = Proof {
            state: ProofState::Done,
            ..proof(site, 1)
        };
        book.heard(done.clone());
        book.heard(proof(site, 2));
        book.heard(proof(site, 3));
        assert_eq!(book.of(site, 1), Some(done.clone()));
        assert_eq!(book.of(site, 2), None);
        assert_eq!(book.newest(site).unwrap().release, 3);
        book.take_in(vec![proof(site, 1), proof(site, 4)]);
        assert_eq!(book.of(site, 1), Some(done), "what was heard is newer");
        assert_eq!(book.newest(site).unwrap().release, 4);
    }
}
