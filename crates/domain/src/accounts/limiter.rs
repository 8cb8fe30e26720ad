//! Bounds guessing: so many failures in a quarter of an hour, then a pause.
//!
//! Kept in memory, because a restart of the server is rarer than a pause. An attempt counts as a
//! failure from its beginning, so that many at once are bounded too; success takes it back.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use protocol::{ApiError, Email, Timestamp};

use crate::clock::Clock;

/// How long a failure counts.
const WINDOW_SECONDS: i64 = 15 * 60;
/// Subjects that are remembered. With more, the one that failed longest ago is forgotten.
const MAX_SUBJECTS: usize = 10_000;

/// What failures are counted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// The account with this address, whether it exists or not.
    Account(Email),
    /// Whoever comes from there.
    Address(IpAddr),
    /// The setup code of the first run.
    SetupCode,
}

impl Subject {
    /// The address `from`. One host owns a whole /64 of IPv6.
    pub fn address(from: IpAddr) -> Self {
        Self::Address(match from.to_canonical() {
            IpAddr::V4(address) => address.into(),
            IpAddr::V6(address) => {
                let network = address.to_bits() >> 64 << 64;
                Ipv6Addr::from_bits(network).into()
            }
        })
    }

    /// Failures in the window after which there is a pause.
    const fn allowed(&self) -> usize {
        match self {
            Self::Account(_) | Self::Address(_) => 5,
            // 60 random bits stand more; a stranger should not lock the owner out with a few tries.
            Self::SetupCode => 20,
        }
    }
}

/// Counts failures.
pub struct Limiter {
    clock: Arc<dyn Clock>,
    /// The moments of each subject's failures, oldest first.
    failures: Mutex<HashMap<Subject, Vec<Timestamp>>>,
}

impl Limiter {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let failures = Mutex::default();
        Self { clock, failures }
    }

    /// Begins an attempt, which counts against all `subjects` unless it ends well.
    ///
    /// # Errors
    /// [`protocol::ErrorKind::Limit`] if one of them has failed too often; says how long to wait.
    pub fn attempt(
        &self,
        subjects: impl IntoIterator<Item = Subject>,
    ) -> Result<Attempt<'_>, ApiError> {
        let subjects: Vec<Subject> = subjects.into_iter().collect();
        let now = self.clock.now();
        let mut failures = self.lock();
        for subject in &subjects {
            let Some(moments) = failures.get_mut(subject) else {
                continue;
            };
            moments.retain(|&moment| counts_until(moment) > now);
            if moments.len() >= subject.allowed() {
                return Err(pause(counts_until(moments[0]), now));
            }
        }
        for subject in &subjects {
            make_room(&mut failures, subject, now);
            failures.entry(subject.clone()).or_default().push(now);
        }
        drop(failures);
        Ok(Attempt {
            limiter: self,
            subjects,
            at: now,
        })
    }

    /// A panic elsewhere cannot leave the counts half-changed, so a poisoned lock is fine.
    fn lock(&self) -> MutexGuard<'_, HashMap<Subject, Vec<Timestamp>>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt that has begun. Dropped, it has failed.
pub struct Attempt<'a> {
    limiter: &'a Limiter,
    subjects: Vec<Subject>,
    at: Timestamp,
}

impl Attempt<'_> {
    /// It went well: the account's failures are forgotten. Those of an address are not, or whoever
    /// has one account could guess at others for ever.
    pub fn succeed(self) {
        let mut failures = self.limiter.lock();
        for subject in &self.subjects {
            match subject {
                Subject::Account(_) | Subject::SetupCode => drop(failures.remove(subject)),
                Subject::Address(_) => remove(&mut failures, subject, self.at),
            }
        }
    }

    /// It could not be judged: as if it had not been.
    pub fn take_back(self) {
        let mut failures = self.limiter.lock();
        for subject in &self.subjects {
            remove(&mut failures, subject, self.at);
        }
    }
}

fn remove(failures: &mut HashMap<Subject, Vec<Timestamp>>, subject: &Subject, at: Timestamp) {
    if let Some(moments) = failures.get_mut(subject) {
        if let Some(place) = moments.iter().rposition(|&moment| moment == at) {
            moments.remove(place);
        }
        if moments.is_empty() {
            failures.remove(subject);
        }
    }
}

/// Sees to it that `subject` can be remembered.
fn make_room(failures: &mut HashMap<Subject, Vec<Timestamp>>, subject: &Subject, now: Timestamp) {
    if failures.len() < MAX_SUBJECTS || failures.contains_key(subject) {
        return;
    }
    failures.retain(|_, moments| moments.last().is_some_and(|&last| counts_until(last) > now));
    if failures.len() >= MAX_SUBJECTS {
        let oldest = failures
            .iter()
            .min_by_key(|(_, moments)| moments.last().copied());
        if let Some(oldest) = oldest.map(|(subject, _)| subject.clone()) {
            failures.remove(&oldest);
        }
    }
}

fn counts_until(moment: Timestamp) -> Timestamp {
    moment.plus_seconds(WINDOW_SECONDS)
}

fn pause(until: Timestamp, now: Timestamp) -> ApiError {
    let seconds = until.millis().abs_diff(now.millis()).div_ceil(1_000);
    let wait = match seconds {
        1 => "1 second".to_owned(),
        2..60 => format!("{seconds} seconds"),
        60 => "1 minute".to_owned(),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    };
    ApiError::limit(format!("Too many failed attempts. Try again in {wait}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::HandClock;

    fn account(number: usize) -> Subject {
        Subject::Account(format!("{number}@example.org").parse().unwrap())
    }

    #[test]
    fn the_sixth_failure_waits_until_the_first_is_old() {
        let clock = Arc::new(HandClock::default());
        let limiter = Limiter::new(clock.clone());
        for _ in 0..5 {
            drop(limiter.attempt([account(1)]).unwrap());
            clock.pass(1);
        }
        let refused = limiter.attempt([account(1)]).err().unwrap();
        assert_eq!(
            refused.message,
            "Too many failed attempts. Try again in 15 minutes."
        );
        assert!(limiter.attempt([account(2)]).is_ok());

        clock.pass(WINDOW_SECONDS - 1 - 5);
        let refused = limiter.attempt([account(1)]).err().unwrap();
        assert!(
            refused.message.ends_with("in 1 second."),
            "{}",
            refused.message
        );
        clock.pass(1);
        assert!(limiter.attempt([account(1)]).is_ok());
    }

    #[test]
    fn attempts_under_way_count() {
        let limiter = Limiter::new(Arc::new(HandClock::default()));
        let under_way: Vec<_> = (0..5)
            .map(|_| limiter.attempt([account(1)]).unwrap())
            .collect();
        assert!(limiter.attempt([account(1)]).is_err());
        for attempt in under_way {
            attempt.take_back();
        }
        assert!(limiter.attempt([account(1)]).is_ok());
    }

    #[test]
    fn a_success_clears_the_account_and_not_the_address() {
        let limiter = Limiter::new(Arc::new(HandClock::default()));
        let address = Subject::address("192.0.2.1".parse().unwrap());
        for _ in 0..4 {
            drop(limiter.attempt([account(1), address.clone()]).unwrap());
        }
        limiter
            .attempt([account(1), address.clone()])
            .unwrap()
            .succeed();
        drop(limiter.attempt([account(1), address.clone()]).unwrap());
        assert!(limiter.attempt([account(2), address]).is_err());
        assert!(limiter.attempt([account(1)]).is_ok());
    }

    #[test]
    fn a_host_is_its_ipv6_network() {
        let subject = |text: &str| Subject::address(text.parse().unwrap());
        assert_eq!(subject("2001:db8::1"), subject("2001:db8::ffff:1"));
        assert_ne!(subject("2001:db8::1"), subject("2001:db8:0:1::1"));
        assert_eq!(subject("::ffff:192.0.2.1"), subject("192.0.2.1"));
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = Limiter::new(Arc::new(HandClock::default()));
        for number in 0..MAX_SUBJECTS + 10 {
            drop(limiter.attempt([account(number)]).unwrap());
        }
        assert_eq!(limiter.lock().len(), MAX_SUBJECTS);
    }
}
