//! Each request of each act is once the last one before the server is killed, and is once denied.
//! Whatever was left, the same act done again by the next process ends as if nothing had been.

use std::time::Duration;

use cloud::aws::identity::{Identities, IdentityError};
use cloud::aws::ledger::State;
use cloud::aws::names;
use protocol::Guid;

use super::super::support::Scene;
use super::super::support::faults::{Fault, Faults};
use super::{LINGER, assert_right, state};

/// Longer than a killed process keeps others out.
const LEASE: i64 = 61;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Ensure,
    Rotate,
    RotateGently,
    Suspend,
    Resume,
    Delete,
}

impl Act {
    async fn run(self, identities: &Identities, guid: &Guid) -> Result<(), IdentityError> {
        match self {
            Self::Ensure => identities.ensure(guid).await,
            Self::Rotate => identities.rotate(guid).await,
            Self::RotateGently => {
                // No other workspace is there at that time.
                let mut done = identities.rotate_older_gently(Duration::ZERO).await?;
                done.pop().map_or(Ok(()), |(_, result)| result)
            }
            Self::Suspend => identities.suspend(guid).await,
            Self::Resume => identities.resume(guid).await,
            Self::Delete => identities.delete(guid).await,
        }
    }

    /// To be refused and to be stuck leave the same behind, so one act shows that both work.
    fn faults(self) -> &'static [Fault] {
        match self {
            Self::Ensure => &[Fault::Stuck, Fault::Lost, Fault::Refused],
            // All its requests are among those of the one at once.
            Self::RotateGently => &[Fault::Stuck],
            _ => &[Fault::Stuck, Fault::Lost],
        }
    }

    /// What there is before it.
    async fn before(self, identities: &Identities, guid: &Guid) {
        if self != Self::Ensure {
            identities.ensure(guid).await.unwrap();
        }
        if self == Self::Resume {
            identities.suspend(guid).await.unwrap();
        }
    }

    async fn assert_done(self, scene: &Scene, guid: &Guid) {
        let identities = scene.identities();
        match self {
            Self::Ensure | Self::Rotate | Self::Resume => {
                assert_right(scene, &identities, guid).await;
            }
            Self::RotateGently => {
                assert_eq!(scene.keys(guid).await.len(), 2, "the one before stays");
                scene.clock.pass(LINGER);
                super::assert_all_done(identities.delete_replaced().await, 1);
                assert_right(scene, &identities, guid).await;
            }
            Self::Suspend => {
                let refused = identities.clients(guid).await.unwrap_err();
                assert!(matches!(refused, IdentityError::Suspended), "{refused}");
                identities.resume(guid).await.unwrap();
                assert_right(scene, &identities, guid).await;
            }
            Self::Delete => {
                let user = scene.root.iam.get_user().user_name(names::user(guid));
                assert!(user.send().await.is_err());
                assert_eq!(state(scene, guid).await, Some(State::Deleted));
            }
        }
    }
}

/// Lets every request of the act go wrong, in every way.
async fn check(act: Act) {
    let scene = Scene::new().await;
    let faults = Faults::before(&scene.ministack).await;
    let through = faults.root().await;
    let mut number = 0;
    for &fault in act.faults() {
        for at in 0.. {
            number += 1;
            let guid = super::guid(number);
            act.before(&scene.identities(), &guid).await;
            let identities = scene.identities_of(&through);
            let (result, met) = faults
                .with(fault, at, Box::pin(act.run(&identities, &guid)))
                .await;
            if !met {
                result.unwrap().unwrap();
                assert!(at > 3, "hardly any requests: {:?}", faults.calls());
                identities.delete(&guid).await.unwrap();
                break;
            }
            let what = format!("{act:?}: {fault:?} at {:?}", faults.calls().last());
            println!("{what}");
            match result {
                Some(Err(error)) => {
                    let text = error.to_string();
                    assert!(
                        text.contains(" failed: "),
                        "{what}: names no action: {text}"
                    );
                }
                // The answer was only to prove something.
                Some(Ok(())) => {}
                None => scene.clock.pass(LEASE),
            }
            let identities = scene.identities();
            let again = Box::pin(act.run(&identities, &guid)).await;
            again.unwrap_or_else(|error| panic!("{what}: {error}"));
            Box::pin(act.assert_done(&scene, &guid)).await;
            identities.delete(&guid).await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_identity_that_is_made_survives_any_fault() {
    check(Act::Ensure).await;
}

#[tokio::test]
async fn a_rotation_survives_any_fault() {
    check(Act::Rotate).await;
}

#[tokio::test]
async fn a_gentle_rotation_survives_any_fault() {
    check(Act::RotateGently).await;
}

#[tokio::test]
async fn a_suspension_survives_any_fault() {
    check(Act::Suspend).await;
    check(Act::Resume).await;
}

#[tokio::test]
async fn a_deletion_survives_any_fault() {
    check(Act::Delete).await;
}
