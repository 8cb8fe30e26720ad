//! The right to change a workspace's identity: one at a time, in all processes.

use std::sync::Arc;
use std::time::Duration;

use domain::clock::Clock;
use domain::records::{Record as _, Records, Stored, put};
use domain::table::Condition;
use protocol::Guid;
use tokio::time::{Instant, sleep};

use super::IdentityError;
use super::record::{IdentityRecord, Lease};

/// A process that was killed keeps others out for so long, in seconds. Each change begins it anew.
const LEASE_SECONDS: i64 = 60;
/// Others wait so long for their turn.
const PATIENCE: Duration = Duration::from_secs(90);
const POLL: Duration = Duration::from_millis(100);

/// A turn at one identity. Must end by [`Self::end`], or others wait for nothing.
pub(super) struct Exclusive {
    records: Records,
    clock: Arc<dyn Clock>,
    guid: Guid,
    holder: String,
}

impl Exclusive {
    /// Waits for its turn.
    pub(super) async fn begin(
        records: &Records,
        clock: &Arc<dyn Clock>,
        guid: &Guid,
    ) -> Result<Self, IdentityError> {
        let turn = Self {
            records: records.clone(),
            clock: clock.clone(),
            guid: guid.clone(),
            holder: format!("{:032x}", rand::random::<u128>()),
        };
        let deadline = Instant::now() + PATIENCE;
        while !turn.try_begin().await? {
            if Instant::now() >= deadline {
                return Err(IdentityError::Busy);
            }
            sleep(POLL).await;
        }
        Ok(turn)
    }

    /// The workspace.
    pub(super) const fn guid(&self) -> &Guid {
        &self.guid
    }

    /// What is stored.
    pub(super) async fn record(&self) -> Result<IdentityRecord, IdentityError> {
        let key = IdentityRecord::key_of(&self.guid);
        Ok(self.records.require::<IdentityRecord>(&key).await?.value)
    }

    /// Changes what is stored, unless the turn was lost.
    pub(super) async fn change(
        &self,
        mut change: impl FnMut(&mut IdentityRecord) + Send,
    ) -> Result<IdentityRecord, IdentityError> {
        let key = IdentityRecord::key_of(&self.guid);
        let lease = self.lease();
        let changed = self.records.update(&key, |record: &mut IdentityRecord| {
            let is_mine = record.is_held_by(&self.holder);
            if is_mine {
                change(record);
                record.lease = Some(lease.clone());
            }
            Ok(is_mine.then(|| record.clone()))
        });
        changed.await?.ok_or(IdentityError::Busy)
    }

    /// Ends the turn and passes on how it went.
    pub(super) async fn end<T>(self, result: Result<T, IdentityError>) -> Result<T, IdentityError> {
        let key = IdentityRecord::key_of(&self.guid);
        let ended = self.records.update(&key, |record: &mut IdentityRecord| {
            if record.is_held_by(&self.holder) {
                record.lease = None;
            }
            Ok(())
        });
        let ended = ended.await;
        let result = result?;
        ended?;
        Ok(result)
    }

    /// Ends the turn with the record.
    pub(super) async fn forget(self) -> Result<(), IdentityError> {
        let key = IdentityRecord::key_of(&self.guid);
        let Some(stored) = self.records.get::<IdentityRecord>(&key).await? else {
            return Ok(());
        };
        if !stored.is_held_by(&self.holder) {
            return Err(IdentityError::Busy);
        }
        let delete = domain::records::delete(key, stored.unchanged());
        Ok(self.records.transact(vec![delete]).await?)
    }

    async fn try_begin(&self) -> Result<bool, IdentityError> {
        let key = IdentityRecord::key_of(&self.guid);
        let found = self.records.get::<IdentityRecord>(&key).await?;
        let condition = found.as_ref().map_or(Condition::Absent, Stored::unchanged);
        let mut record = found.map_or_else(|| IdentityRecord::new(&self.guid), |found| found.value);
        let now = self.clock.now();
        if (record.lease.as_ref()).is_some_and(|lease| lease.until > now) {
            return Ok(false);
        }
        record.lease = Some(self.lease());
        match self.records.transact(vec![put(&record, condition)]).await {
            Err(error) if error.failed_condition().is_some() => Ok(false),
            taken => Ok(taken.map(|()| true)?),
        }
    }

    fn lease(&self) -> Lease {
        Lease {
            holder: self.holder.clone(),
            until: self.clock.now().plus_seconds(LEASE_SECONDS),
        }
    }
}

/// What is stored of a workspace's identity.
pub(super) async fn find(
    records: &Records,
    guid: &Guid,
) -> Result<Option<IdentityRecord>, IdentityError> {
    let found = records.get(&IdentityRecord::key_of(guid)).await?;
    Ok(found.map(|stored| stored.value))
}

/// What is stored of all identities.
pub(super) async fn all(records: &Records) -> Result<Vec<IdentityRecord>, IdentityError> {
    let mut query = IdentityRecord::all();
    let mut all = Vec::new();
    loop {
        let page = records.query::<IdentityRecord>(query.clone()).await?;
        let is_last = page.len() < query.limit;
        query.beyond = page.last().map(|last| last.key().sort);
        all.extend(page.into_iter().map(|stored| stored.value));
        if is_last {
            return Ok(all);
        }
    }
}
