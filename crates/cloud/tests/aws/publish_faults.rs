//! Each call to AWS fails once, in every way: what was begun is then done again and comes out right.

use cloud::aws::hosting::AwsHosting;
use domain::hosting::{Bundle, Hosting as _, HostingError, Target};

use crate::hosting::scene::{Scene, publish};
use crate::support::faults::{Fault, Faults};

/// Seconds after which nobody waits any more for a process that was killed.
const TURN: i64 = 300;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    New,
    Update,
    Rollback,
}

/// Does `act` with each of its calls failing once in this way, and again after each failure.
async fn let_each_call_fail(act: Act, fault: Fault) {
    let_calls_fail(act, fault, 1, |_| {}).await;
}

/// The same with every `step`th of its calls. `hear` gets what the attempt says of its failure.
async fn let_calls_fail(act: Act, fault: Fault, step: usize, hear: impl Fn(&str)) {
    let scene = Scene::new().await;
    let faults = Faults::before(&scene.base.ministack).await;
    let (one, two) = (release(&scene, "one").await, release(&scene, "two").await);
    for at in (0..).step_by(step) {
        let case = format!("{act:?}, {fault:?} at call {at}");
        let mut site = scene.target("faults");
        scene.base.clock.pass(1);
        if act != Act::New {
            publish(&scene.hosting, &mut site, 1, &one, &|_| {})
                .await
                .unwrap();
        }
        if act == Act::Rollback {
            publish(&scene.hosting, &mut site, 2, &two, &|_| {})
                .await
                .unwrap();
        }
        let (bundle, release) = if act == Act::Update {
            (&two, 2)
        } else {
            (&one, 1)
        };
        let engine = scene.engine(&faults.root().await);
        let mut attempted = site.clone();
        let attempt = carry_out(&engine, act, &mut attempted, release, bundle);
        let (result, happened) = faults.with(fault, at, attempt).await;
        if let (true, Some(Err(error))) = (happened, &result) {
            hear(&error.to_string());
        }
        assert!(
            happened || result.is_some_and(|result| result.is_ok()),
            "{case}"
        );
        // Another process goes on with what that one has left, once that one's turn is over.
        scene.base.clock.pass(TURN);
        let after = scene.engine(&scene.base.root);
        let again = carry_out(&after, act, &mut site, release, bundle).await;
        again.unwrap_or_else(|error| panic!("{case}: {error}"));
        check(&scene, act, &site, &case).await;
        if !happened {
            break;
        }
    }
}

async fn carry_out(
    engine: &AwsHosting,
    act: Act,
    site: &mut Target,
    release: u32,
    bundle: &Bundle,
) -> Result<(), HostingError> {
    match act {
        Act::New | Act::Update => publish(engine, site, release, bundle, &|_| {}).await,
        Act::Rollback => engine.activate(site, release, &|_| {}).await,
    }
}

async fn check(scene: &Scene, act: Act, site: &Target, case: &str) {
    assert_eq!(
        scene.differences_of(site).await,
        Vec::<String>::new(),
        "{case}"
    );
    let text = match act {
        Act::New | Act::Rollback => "one",
        Act::Update => "two",
    };
    let forgotten = scene.forgotten(site).await;
    for path in ["/", "/style.css", "/docs/"] {
        let is_forgotten = forgotten.contains(path) || forgotten.contains("/*");
        assert!(is_forgotten || act == Act::New, "{case}: {forgotten:?}");
        assert_eq!(scene.get(site, path).text(), text, "{case}: {path}");
    }
    let not_found = scene.get(site, "/none");
    let expected = if text == "two" {
        (404, "two 404")
    } else {
        (200, "one")
    };
    assert_eq!((not_found.status, not_found.text()), expected, "{case}");
}

async fn release(scene: &Scene, text: &str) -> Bundle {
    let lost = format!("{text} 404");
    let mut files = vec![
        ("index.html", text),
        ("style.css", text),
        ("docs/index.html", text),
    ];
    if text == "two" {
        files.push(("404.html", &lost));
    }
    scene.bundle(&files).await
}

#[tokio::test]
async fn a_new_site_is_right_whatever_answer_is_lost() {
    let_each_call_fail(Act::New, Fault::Lost).await;
}

#[tokio::test]
async fn a_new_site_is_right_whatever_call_is_its_last() {
    let_each_call_fail(Act::New, Fault::Stuck).await;
}

#[tokio::test]
async fn an_update_is_right_whatever_call_is_refused() {
    let_each_call_fail(Act::Update, Fault::Refused).await;
}

#[tokio::test]
async fn an_update_is_right_whatever_answer_is_lost() {
    let_each_call_fail(Act::Update, Fault::Lost).await;
}

#[tokio::test]
async fn an_update_is_right_whatever_call_is_its_last() {
    let_each_call_fail(Act::Update, Fault::Stuck).await;
}

#[tokio::test]
async fn an_update_is_right_whatever_connection_is_cut() {
    let_each_call_fail(Act::Update, Fault::Cut).await;
}

#[tokio::test]
async fn a_rollback_is_right_whatever_answer_is_lost() {
    let_each_call_fail(Act::Rollback, Fault::Lost).await;
}

#[tokio::test]
async fn a_rollback_is_right_whatever_call_is_its_last() {
    let_each_call_fail(Act::Rollback, Fault::Stuck).await;
}

/// What AWS says, how often it has to be tried, and the words by which a person knows what to do.
const SAYINGS: [(u16, &str, usize, &str); 7] = [
    (400, "ExpiredToken", 4, "have expired; renew them"),
    (
        403,
        "InvalidAccessKeyId",
        5,
        "does not accept the access key",
    ),
    (403, "RequestTimeTooSkewed", 4, "clock is wrong"),
    (403, "AccessDenied", 3, "allow this action"),
    (
        400,
        "LimitExceeded",
        5,
        "quota of the AWS account is reached",
    ),
    (503, "SlowDown", 37, "asks to slow down"),
    (500, "InternalError", 41, "fault of its own"),
];

/// Whatever AWS says in the middle of a new site: the message names the action and the cure, and the
/// next try comes out right.
async fn a_new_site_survives(saying: usize) {
    let (status, code, step, cure) = SAYINGS[saying];
    let heard = std::cell::Cell::new(0);
    let hear = |message: &str| {
        assert!(message.contains(cure), "{code}: {message}");
        let action = message.split(" failed").next().unwrap_or_default();
        assert!(action.contains(':'), "{code}: no action in {message}");
        heard.set(heard.get() + 1);
    };
    let_calls_fail(Act::New, Fault::Says(status, code), step, hear).await;
    assert!(heard.get() > 0, "{code} was never heard of");
}

#[tokio::test]
async fn expired_credentials_are_named() {
    a_new_site_survives(0).await;
}

#[tokio::test]
async fn a_key_that_is_not_accepted_is_named() {
    a_new_site_survives(1).await;
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_named() {
    a_new_site_survives(2).await;
}

#[tokio::test]
async fn a_policy_that_lacks_an_action_is_named() {
    a_new_site_survives(3).await;
}

#[tokio::test]
async fn a_quota_that_is_reached_is_named() {
    a_new_site_survives(4).await;
}

#[tokio::test]
async fn throttling_is_named() {
    a_new_site_survives(5).await;
}

#[tokio::test]
async fn a_fault_of_aws_is_named() {
    a_new_site_survives(6).await;
}

#[tokio::test]
async fn a_new_site_is_right_whatever_call_is_refused() {
    let_calls_fail(Act::New, Fault::Refused, 3, |_| {}).await;
}

#[tokio::test]
async fn a_new_site_is_right_whatever_connection_is_cut() {
    let_calls_fail(Act::New, Fault::Cut, 5, |_| {}).await;
}

#[tokio::test]
async fn a_rollback_is_right_whatever_call_is_refused() {
    let_each_call_fail(Act::Rollback, Fault::Refused).await;
}

#[tokio::test]
async fn a_rollback_is_right_whatever_connection_is_cut() {
    let_each_call_fail(Act::Rollback, Fault::Cut).await;
}
