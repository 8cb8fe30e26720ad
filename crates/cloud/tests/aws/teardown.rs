//! A removal leaves nothing behind, touches nothing else, and can be cut off anywhere.

use std::collections::BTreeSet;
use std::sync::Mutex;

use cloud::aws::clients::Clients;
use cloud::aws::ledger::{Kind, Ledger, State};
use cloud::aws::teardown::{self, TeardownError};
use cloud::aws::verify::{Scope, verify};
use domain::hosting::{Progress, Target};
use protocol::{Guid, SiteId};

use super::support::Scene;
use super::support::faults::{Fault, Faults};
use super::support::scene::guid;
use super::support::site::{self, row, target};

fn silent(_: Progress) {}

/// A workspace with a user and two sites, one of them half made.
async fn workspace(root: &Clients, ledger: &Ledger, guid: &Guid) -> [Target; 2] {
    let tea = target(guid, "tea");
    site::make(root, ledger, &tea).await;
    [tea, half_made(root, ledger, guid).await]
}

/// A workspace with a user and a site whose distribution and access control have ids that the
/// ledger has not heard of.
async fn half_made(root: &Clients, ledger: &Ledger, guid: &Guid) -> Target {
    let site = target(guid, "coffee");
    site::make_user(root, ledger, guid).await;
    for kind in [Kind::Bucket, Kind::AccessControl, Kind::Distribution] {
        ledger.intend(&row(&site, kind)).await.unwrap();
    }
    site::make_bucket(root, &site).await;
    let access = site::make_access(root, &site).await;
    site::make_distribution(root, &site, &access).await;
    site
}

/// Everything that an account has, by kind and name.
async fn everything(root: &Clients) -> BTreeSet<(Kind, String)> {
    let buckets = root.s3.list_buckets().send().await.unwrap();
    let buckets = buckets.buckets.unwrap_or_default().into_iter();
    let mut all: BTreeSet<_> = buckets
        .map(|found| (Kind::Bucket, found.name.unwrap()))
        .collect();
    let users = root.iam.list_users().send().await.unwrap().users;
    all.extend(users.into_iter().map(|found| (Kind::User, found.user_name)));
    let list = root.cloudfront.list_distributions().send().await.unwrap();
    let found = list
        .distribution_list
        .and_then(|list| list.items)
        .unwrap_or_default();
    all.extend(
        found
            .into_iter()
            .map(|found| (Kind::Distribution, found.id)),
    );
    let list = root
        .cloudfront
        .list_origin_access_controls()
        .send()
        .await
        .unwrap();
    let found = list
        .origin_access_control_list
        .and_then(|list| list.items)
        .unwrap_or_default();
    all.extend(
        found
            .into_iter()
            .map(|found| (Kind::AccessControl, found.id)),
    );
    all
}

async fn run(root: &Clients, guid: &Guid, site: Option<SiteId>) -> Result<(), TeardownError> {
    Box::pin(teardown::run(root, &Ledger::new(root), guid, site, &silent)).await
}

#[tokio::test]
async fn a_workspace_is_removed_as_its_plan_says_and_others_stay() {
    let scene = Scene::new().await;
    let (root, ledger) = (&scene.root, &scene.ledger);
    workspace(root, ledger, &guid(2)).await;
    let others = everything(root).await;
    let [tea, coffee] = workspace(root, ledger, &guid(1)).await;
    let before = everything(root).await;
    let rows = ledger.all().await.unwrap();

    let plan = teardown::plan(root, ledger, &guid(1), None).await.unwrap();
    assert_eq!(everything(root).await, before, "a plan changes nothing");
    assert_eq!(ledger.all().await.unwrap(), rows, "a plan changes nothing");
    assert_eq!(plan.left, []);
    let plan: Vec<_> = plan.steps.iter().map(ToString::to_string).collect();
    let text = plan.join("\n");
    for (start, count) in [
        ("disable distribution ", 2),
        ("wait until CloudFront has disabled distribution ", 2),
        ("delete origin access control ", 2),
        ("delete all versions of all objects in bucket ", 2),
        ("delete bucket ", 2),
        ("delete the access keys and the policy of user ", 1),
    ] {
        let found = plan.iter().filter(|step| step.starts_with(start)).count();
        assert_eq!(found, count, "{start}\n{text}");
    }
    assert_eq!(plan.len(), 11, "{text}");
    assert!(
        plan[0].starts_with("disable") && plan[1].starts_with("disable"),
        "{text}"
    );
    assert!(plan[10].contains("tmux-user-"), "{text}");
    for (kind, id) in before.difference(&others) {
        assert!(
            text.contains(id.as_str()),
            "{kind} {id} is not in the plan:\n{text}"
        );
    }

    let steps = Mutex::new(Vec::new());
    let report = |progress: Progress| steps.lock().unwrap().push(progress.step);
    teardown::run(root, ledger, &guid(1), None, &report)
        .await
        .unwrap();
    assert_eq!(everything(root).await, others);
    let steps = steps.into_inner().unwrap();
    assert_eq!(
        steps.last(),
        Some(&"Checking that nothing is left"),
        "{steps:?}"
    );
    let rows = ledger.of_workspace(&guid(1)).await.unwrap();
    assert_eq!(rows.len(), 7, "they stay as proof");
    assert!(
        rows.iter().all(|row| row.state == State::Deleted),
        "{rows:?}"
    );
    for target in [tea, coffee] {
        assert!(ledger.intend(&row(&target, Kind::Bucket)).await.is_err());
    }
    // Again: nothing to do.
    assert_eq!(
        teardown::plan(root, ledger, &guid(1), None)
            .await
            .unwrap()
            .steps,
        []
    );
    run(root, &guid(1), None).await.unwrap();
}

#[tokio::test]
async fn of_two_sites_one_is_removed() {
    let scene = Scene::new().await;
    let (root, ledger) = (&scene.root, &scene.ledger);
    let (tea, coffee) = (target(&guid(1), "tea"), target(&guid(1), "coffee"));
    site::make_user(root, ledger, &guid(1)).await;
    site::make(root, ledger, &coffee).await;
    let kept = everything(root).await;
    site::make(root, ledger, &tea).await;
    teardown::site(root, ledger, &tea, &silent).await.unwrap();
    assert_eq!(everything(root).await, kept);
    assert_eq!(verify(root, ledger, Scope::All).await.unwrap(), []);
}

#[tokio::test]
async fn a_distribution_is_deleted_when_it_is_off_the_network_and_not_before() {
    let scene = Scene::new().await;
    let faults = Faults::before(&scene.ministack).await;
    let tea = target(&guid(1), "tea");
    site::make(&scene.root, &scene.ledger, &tea).await;
    faults.arm(usize::MAX, Fault::Refused);
    faults.deploy_after(2);
    let steps = Mutex::new(Vec::new());
    let report = |progress: Progress| steps.lock().unwrap().push(progress.step);
    let through = faults.root().await;
    teardown::site(&through, &scene.ledger, &tea, &report)
        .await
        .unwrap();
    let calls = faults.calls();
    let is_of_one = |call: &&String| call.contains("/distribution/") && !call.contains("/config");
    let calls: Vec<_> = calls
        .iter()
        .filter(is_of_one)
        .map(|call| &call[..4])
        .collect();
    assert_eq!(calls, ["GET ", "GET ", "GET ", "DELE"]);
    let waiting = "Waiting until CloudFront has disabled the distribution";
    let waited = steps
        .into_inner()
        .unwrap()
        .iter()
        .filter(|step| **step == waiting)
        .count();
    assert_eq!(waited, 2);
}

#[tokio::test]
async fn what_the_ledger_does_not_own_is_left_and_named() {
    let scene = Scene::new().await;
    let (root, ledger) = (&scene.root, &scene.ledger);
    let mine = target(&guid(1), "tea");
    site::make(root, ledger, &mine).await;
    // Ours by tag, but not in the ledger.
    let unrecorded = target(&guid(1), "lost");
    site::make_bucket(root, &unrecorded).await;
    // In the ledger, but somebody else's by tag.
    let claimed = target(&guid(1), "claimed");
    ledger.intend(&row(&claimed, Kind::Bucket)).await.unwrap();
    let theirs = Target {
        site: SiteId::random(),
        ..claimed.clone()
    };
    site::make_bucket(root, &theirs).await;

    let plan = teardown::plan(root, ledger, &guid(1), None).await.unwrap();
    let left = match run(root, &guid(1), None).await {
        Err(TeardownError::Left(left)) => left,
        other => panic!("{other:?}"),
    };
    assert_eq!(plan.left, left);
    let subjects: BTreeSet<_> = left
        .iter()
        .map(|found| found.subject().1.to_owned())
        .collect();
    assert_eq!(
        subjects,
        BTreeSet::from([unrecorded.name.clone(), claimed.name.clone()])
    );
    let there: BTreeSet<_> = everything(root)
        .await
        .into_iter()
        .map(|(_, id)| id)
        .collect();
    assert_eq!(there, subjects);
}

/// Removes a workspace with a fault at each of its calls in turn (or each that may change
/// something), then again without.
async fn survives(fault: Fault, which: fn(&str) -> bool) {
    let scene = Scene::new().await;
    let faults = Faults::before(&scene.ministack).await;
    let through = faults.root().await;
    half_made(&scene.root, &scene.ledger, &guid(0)).await;
    faults.arm(usize::MAX, fault);
    run(&through, &guid(0), None).await.unwrap();
    let calls = faults.calls();
    assert!(calls.len() > 30, "{calls:#?}");
    for (n, call) in calls.iter().enumerate().filter(|(_, call)| which(call)) {
        let guid = guid(u8::try_from(n + 1).unwrap());
        half_made(&scene.root, &scene.ledger, &guid).await;
        let (result, met) = faults.with(fault, n, run(&through, &guid, None)).await;
        assert!(
            met && result.is_none_or(|result| result.is_err()),
            "{fault:?} at {call}"
        );
        // It proves by itself that nothing is left.
        let again = run(&scene.root, &guid, None).await;
        again.unwrap_or_else(|error| panic!("{fault:?} at {call}: {error}"));
    }
    assert_eq!(everything(&scene.root).await, BTreeSet::new());
    assert_eq!(
        verify(&scene.root, &scene.ledger, Scope::All)
            .await
            .unwrap(),
        []
    );
}

/// Whether a call may change something. (Those to IAM do not show it.)
fn is_change(call: &str) -> bool {
    !call.starts_with("GET ") && !call.ends_with(".Query")
}

#[tokio::test]
async fn a_removal_goes_on_after_any_call_is_refused() {
    survives(Fault::Refused, |_| true).await;
}

#[tokio::test]
async fn a_removal_goes_on_after_the_answer_to_any_change_is_lost() {
    survives(Fault::Lost, is_change).await;
}

#[tokio::test]
async fn a_removal_goes_on_after_a_kill_before_any_change() {
    survives(Fault::Stuck, is_change).await;
}
