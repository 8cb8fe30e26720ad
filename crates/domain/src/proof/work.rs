//! Makes one check after the other, for as long as the server runs.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use futures::FutureExt as _;
use protocol::{FINDINGS, Proof, ProofState};

use super::record::{ProofRecord, ProvingRecord};
use super::{Checked, Proofs, Subject, Unreachable, repair};
use crate::error::Result;
use crate::publishing::record::{Pending as _, SiteRecord, all};
use crate::records::{Stored, check, delete, put};
use crate::table::Condition;

/// How long one check may take, of which the browser's part is a half.
const LIMIT: Duration = Duration::from_secs(60);
/// How often a check is begun that does not come to its end.
const TRIES: u32 = 3;
/// How often to look for what another program of this data folder has published.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

impl Proofs {
    /// Checks what is live and unchecked, and whatever goes live from then on. Never ends; when it is
    /// dropped in the middle of a check, that is made again.
    pub async fn work(&self) -> Infallible {
        loop {
            let left = match self.next().await {
                Ok(Some(next)) => self.prove(next).await,
                Ok(None) => {
                    let tick = tokio::time::timeout(LOOK_AGAIN, self.parts.wake.notified()).await;
                    match tick {
                        Ok(()) => Ok(()),
                        Err(_) => self.sweep().await,
                    }
                }
                Err(error) => Err(error),
            };
            if let Err(error) = left {
                drop(error.into_api());
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
    }

    /// What waits longest.
    async fn next(&self) -> Result<Option<Stored<ProvingRecord>>> {
        let waiting = all::<ProvingRecord>(&self.parts.records, ProvingRecord::all()).await?;
        Ok(waiting.into_iter().min_by_key(|it| it.wanted_at))
    }

    /// Checks one release, from its beginning to what comes of it.
    async fn prove(&self, mut proving: Stored<ProvingRecord>) -> Result<()> {
        proving.value.tries += 1;
        let begun = put(&proving.value, proving.unchanged());
        match self.parts.records.transact(vec![begun]).await {
            // A newer release waits now.
            Err(error) if error.failed_condition().is_some() => return Ok(()),
            result => result?,
        }
        proving.version += 1;
        self.set_running(Some(&proving));
        self.tell(&proving.guid, self.unfinished(&proving));
        let proof = self.look(&proving).await;
        let stored = match proof {
            Ok(proof) => self.finish(&proving, proof).await,
            Err(error) => Err(error),
        };
        self.set_running(None);
        stored
    }

    fn set_running(&self, proving: Option<&ProvingRecord>) {
        let mut running = self
            .parts
            .running
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *running = proving.map(|it| (it.site, it.release));
    }

    /// Looks at the release. What goes wrong with that is the proof's, and not an error.
    async fn look(&self, proving: &ProvingRecord) -> Result<Proof> {
        let began = Instant::now();
        let mut proof = proving.proof();
        match self.checked(proving).await? {
            Ok(checked) => {
                let pictures = checked.pictures;
                proof.pictures = self.keep(proof.site, proof.release, pictures).await?;
                proof.state = ProofState::Done;
                proof.findings = checked.findings;
                proof.findings.truncate(FINDINGS);
                proof.pages = checked.pages;
                proof.files = checked.files;
                proof.browser = checked.browser;
                proof.note = checked.note;
            }
            Err(reason) => proof.state = ProofState::Failed { reason },
        }
        proof.checked_at = self.parts.clock.now();
        proof.took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        Ok(proof)
    }

    /// What the prover saw, or why it saw nothing.
    async fn checked(&self, proving: &ProvingRecord) -> Result<Result<Checked, String>> {
        if proving.tries > TRIES {
            return Ok(Err(format!(
                "The check could not be finished, though it was begun {TRIES} times."
            )));
        }
        let publishing = &self.parts.publishing;
        let found = publishing.release_folder(proving.site, proving.release);
        let Some(folder) = found.await? else {
            return Ok(Err("The release is not on this server.".to_owned()));
        };
        let subject = Subject {
            site: proving.site,
            release: proving.release,
            folder,
        };
        let looking = tokio::time::timeout(LIMIT, self.parts.prover.check(&subject));
        // A fault of the prover's is one of this check only.
        Ok(match AssertUnwindSafe(looking).catch_unwind().await {
            Ok(Ok(Ok(checked))) => Ok(checked),
            Ok(Ok(Err(error))) => Err(unreachable(proving, &error)),
            Ok(Err(_)) => {
                let seconds = LIMIT.as_secs();
                Err(format!("It took longer than {seconds} seconds."))
            }
            Err(_) => {
                tracing::error!(site = %proving.site, "a check broke down");
                Err("The check itself broke down.".to_owned())
            }
        })
    }

    /// Asks for a repair, stores the proof and tells it. The message's id is known since the release
    /// went live: if the server stops in between, the check is made again and the message is the same.
    async fn finish(&self, proving: &Stored<ProvingRecord>, proof: Proof) -> Result<()> {
        self.ask_for_repair(proving, &proof).await?;
        let record = ProofRecord {
            proof: proof.clone(),
        };
        let site = SiteRecord::key_of(proof.site);
        let writes = vec![
            put(&record, Condition::Always),
            check(site, Condition::Present),
        ];
        match self.parts.records.transact(writes).await {
            Ok(()) => self.tell(&proving.guid, proof),
            // The site was removed meanwhile.
            Err(error) if error.failed_condition().is_some() => {}
            Err(error) => return Err(error),
        }
        let done = delete(ProvingRecord::key_of(proving.site), proving.unchanged());
        match self.parts.records.transact(vec![done]).await {
            // A newer release waits.
            Err(error) if error.failed_condition().is_some() => Ok(()),
            result => result,
        }
    }

    /// Asks the agent that published to repair what is broken, unless a newer release waits: that may
    /// have repaired it, and is checked next.
    async fn ask_for_repair(&self, proving: &Stored<ProvingRecord>, proof: &Proof) -> Result<()> {
        let (Some(session), Some(text)) = (proving.session, repair::message(proof)) else {
            return Ok(());
        };
        let key = ProvingRecord::key_of(proving.site);
        let waiting = self.parts.records.get::<ProvingRecord>(&key).await?;
        if waiting.is_none_or(|waiting| waiting.version != proving.version) {
            return Ok(());
        }
        let asked = self.parts.chats.repair(session, proving.repair, text);
        if let Err(error) = asked.await {
            tracing::warn!(%session, %error, "an agent was not asked to repair its site");
        }
        Ok(())
    }
}

fn unreachable(proving: &ProvingRecord, error: &Unreachable) -> String {
    let cause = std::error::Error::source(error);
    tracing::warn!(site = %proving.site, release = proving.release, %error, ?cause, "a release was not checked");
    "The release could not be reached at the server's own address.".to_owned()
}
