//! Signing in and out.

use domain::error::Error;
use domain::table::{Query, Table};
use futures::future::join_all;
use protocol::{ErrorKind, SignInId};

use super::world::{ADDRESS, DAY, PASSWORD, World, kind, refusal};

const ADA: &str = "ada@example.org";
const NEW_PASSWORD: &str = "another long password";

#[tokio::test]
async fn the_right_password_signs_in_until_signing_out() {
    let world = World::new().await;
    let (ada, cookie) = world.person(ADA).await;
    assert_eq!(cookie.len(), 64);
    assert_eq!(world.actor(&cookie).await, Some(ada.clone()));

    world.accounts.sign_out(&ada).await.unwrap();
    assert_eq!(world.actor(&cookie).await, None);
    for strange in ["", "0", &"0".repeat(64), &"x".repeat(100_000)] {
        assert_eq!(world.actor(strange).await, None);
    }
}

#[tokio::test]
async fn the_secret_itself_is_not_stored() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.db");
    let table = std::sync::Arc::new(storage::Sqlite::open(&path).await.unwrap());
    let accounts = domain::accounts::Accounts::new(
        domain::records::Records::new(table.clone()),
        std::sync::Arc::new(domain::clock::SystemClock),
    );
    accounts.create_account(ADA, PASSWORD).await.unwrap();
    let (account, secret) = accounts.sign_in(ADA, PASSWORD, ADDRESS, "").await.unwrap();
    let stored = table
        .query(&Query::index(format!("ACCOUNT#{}", account.id)))
        .await
        .unwrap();
    assert_eq!(stored.len(), 1);
    table.close().await.unwrap();
    let file = std::fs::read(&path).unwrap();
    let contains = |text: &str| {
        file.windows(text.len())
            .any(|bytes| bytes == text.as_bytes())
    };
    assert!(contains(ADA), "the file holds what was stored");
    assert!(!contains(secret.reveal()) && !contains(PASSWORD));
}

#[tokio::test]
async fn wrong_credentials_do_not_tell_which_part_is_wrong() {
    let world = World::new().await;
    world.accounts.create_account(ADA, PASSWORD).await.unwrap();
    let try_it = async |email: &str, password: &str| {
        refusal(world.accounts.sign_in(email, password, ADDRESS, "").await)
    };
    let wrong = try_it(ADA, "incorrect horse battery").await;
    assert_eq!(wrong.kind, ErrorKind::Unauthenticated);
    assert_eq!(try_it("nobody@example.org", PASSWORD).await, wrong);
    assert_eq!(try_it(ADA, &"x".repeat(100_000)).await, wrong);
}

#[tokio::test]
async fn an_account_pauses_after_five_failures_from_anywhere() {
    let world = World::new().await;
    world.accounts.create_account(ADA, PASSWORD).await.unwrap();
    let from = async |host: u8, password: &str| {
        let address = [198, 51, 100, host].into();
        world.accounts.sign_in(ADA, password, address, "").await
    };
    for host in 0..5 {
        assert_eq!(kind(from(host, "wrong").await), ErrorKind::Unauthenticated);
    }
    let refused = refusal(from(9, PASSWORD).await);
    assert_eq!(refused.kind, ErrorKind::Limit);
    assert!(
        refused.message.contains("15 minutes"),
        "{}",
        refused.message
    );
    world.clock.pass(15 * 60);
    from(9, PASSWORD).await.unwrap();
}

#[tokio::test]
async fn an_address_pauses_after_five_failures_on_any_account() {
    let world = World::new().await;
    world.accounts.create_account(ADA, PASSWORD).await.unwrap();
    for number in 0..5 {
        let email = format!("{number}@example.org");
        let refused = world.accounts.sign_in(&email, "wrong", ADDRESS, "").await;
        assert_eq!(kind(refused), ErrorKind::Unauthenticated);
    }
    let here = world.accounts.sign_in(ADA, PASSWORD, ADDRESS, "").await;
    assert_eq!(kind(here), ErrorKind::Limit);
    let elsewhere = [198, 51, 100, 1].into();
    world
        .accounts
        .sign_in(ADA, PASSWORD, elsewhere, "")
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn guesses_at_the_same_moment_are_limited_too() {
    let world = World::new().await;
    world.accounts.create_account(ADA, PASSWORD).await.unwrap();
    let guesses = (0..12).map(|_| {
        let accounts = world.accounts.clone();
        tokio::spawn(async move { kind(accounts.sign_in(ADA, "wrong", ADDRESS, "").await) })
    });
    let kinds: Vec<_> = join_all(guesses)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let judged = kinds
        .iter()
        .filter(|&&kind| kind == ErrorKind::Unauthenticated)
        .count();
    assert_eq!(judged, 5);
}

#[tokio::test]
async fn a_sign_in_ends_after_30_idle_days() {
    let world = World::new().await;
    let (_, cookie) = world.person(ADA).await;
    world.clock.pass(30 * DAY - 1);
    assert!(world.actor(&cookie).await.is_some());
    world.clock.pass(30 * DAY - 1);
    assert!(world.actor(&cookie).await.is_some());
    world.clock.pass(30 * DAY);
    assert!(world.actor(&cookie).await.is_none());
}

#[tokio::test]
async fn a_sign_in_ends_after_180_days_however_busy() {
    let world = World::new().await;
    let (_, cookie) = world.person(ADA).await;
    for _ in 0..179 {
        world.clock.pass(DAY);
        assert!(world.actor(&cookie).await.is_some());
    }
    world.clock.pass(DAY);
    assert!(world.actor(&cookie).await.is_none());
}

#[tokio::test]
async fn use_is_noted_at_most_once_a_minute() {
    let world = World::new().await;
    let (ada, cookie) = world.person(ADA).await;
    let seen = async || {
        world.accounts.sign_ins(&ada).await.unwrap()[0]
            .seen_at
            .millis()
    };
    world.clock.pass(59);
    world.actor(&cookie).await.unwrap();
    assert_eq!(seen().await, 0);
    world.clock.pass(1);
    world.actor(&cookie).await.unwrap();
    assert_eq!(seen().await, 60_000);
}

#[tokio::test]
async fn own_sign_ins_are_listed_and_revoked() {
    let world = World::new().await;
    let (laptop, laptop_cookie) = world.person(ADA).await;
    world.clock.pass(10);
    let (phone, phone_cookie) = world.sign_in(ADA).await;
    let (eve, eve_cookie) = world.person("eve@example.org").await;

    let listed = world.accounts.sign_ins(&phone).await.unwrap();
    let current: Vec<bool> = listed.iter().map(|sign_in| sign_in.current).collect();
    assert_eq!(current, [true, false]);
    assert_eq!(listed[0].user_agent, "Firefox");

    let of_laptop = laptop.sign_in().unwrap();
    let by_eve = world.accounts.revoke_sign_in(&eve, of_laptop).await;
    assert_eq!(kind(by_eve), ErrorKind::NotFound);
    let unknown = world
        .accounts
        .revoke_sign_in(&phone, SignInId::random())
        .await;
    assert_eq!(kind(unknown), ErrorKind::NotFound);

    world
        .accounts
        .revoke_sign_in(&phone, of_laptop)
        .await
        .unwrap();
    assert!(world.actor(&laptop_cookie).await.is_none());
    assert!(world.actor(&phone_cookie).await.is_some());
    assert!(world.actor(&eve_cookie).await.is_some());
}

#[tokio::test]
async fn a_browsers_description_is_shortened_and_harmless() {
    let world = World::new().await;
    world.accounts.create_account(ADA, PASSWORD).await.unwrap();
    let agent = format!("\u{1b}[31m{}", "é".repeat(1_000));
    let (_, secret) = world
        .accounts
        .sign_in(ADA, PASSWORD, ADDRESS, &agent)
        .await
        .unwrap();
    let ada = world.actor(secret.reveal()).await.unwrap();
    let shown = &world.accounts.sign_ins(&ada).await.unwrap()[0].user_agent;
    assert_eq!(shown.chars().count(), 200);
    assert!(!shown.contains('\u{1b}'));
}

#[tokio::test]
async fn the_51st_sign_in_ends_the_one_used_longest_ago() {
    let world = World::new().await;
    let (_, first) = world.person(ADA).await;
    world.clock.pass(1);
    let (_, second) = world.sign_in(ADA).await;
    world.clock.pass(1);
    for _ in 0..49 {
        world.sign_in(ADA).await;
    }
    assert!(world.actor(&first).await.is_none());
    let ada = world.actor(&second).await.unwrap();
    assert_eq!(world.accounts.sign_ins(&ada).await.unwrap().len(), 50);
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sign_ins() {
    let world = World::new().await;
    let (here, here_cookie) = world.person(ADA).await;
    let (_, other_cookie) = world.sign_in(ADA).await;
    let change =
        async |present: &str, new: &str| world.accounts.change_password(&here, present, new).await;
    let wrong = refusal(change("incorrect horse", NEW_PASSWORD).await);
    assert_eq!(
        (wrong.kind, wrong.field.as_deref()),
        (ErrorKind::Invalid, Some("password"))
    );
    let short = refusal(change(PASSWORD, "short").await);
    assert_eq!(short.field.as_deref(), Some("new_password"));
    assert!(world.actor(&other_cookie).await.is_some());

    change(PASSWORD, NEW_PASSWORD).await.unwrap();
    assert!(world.actor(&here_cookie).await.is_some());
    assert!(world.actor(&other_cookie).await.is_none());
    assert_eq!(world.accounts.sign_ins(&here).await.unwrap().len(), 1);
    let old = world.accounts.sign_in(ADA, PASSWORD, ADDRESS, "").await;
    assert_eq!(kind(old), ErrorKind::Unauthenticated);
    world
        .accounts
        .sign_in(ADA, NEW_PASSWORD, ADDRESS, "")
        .await
        .unwrap();
}

#[tokio::test]
async fn guessing_the_present_password_is_limited() {
    let world = World::new().await;
    let (ada, _) = world.person(ADA).await;
    for _ in 0..5 {
        let wrong = world
            .accounts
            .change_password(&ada, "wrong", NEW_PASSWORD)
            .await;
        assert_eq!(kind(wrong), ErrorKind::Invalid);
    }
    let limited = world
        .accounts
        .change_password(&ada, PASSWORD, NEW_PASSWORD)
        .await;
    assert_eq!(kind(limited), ErrorKind::Limit);
}

#[tokio::test]
async fn a_reset_password_ends_every_sign_in() {
    let world = World::new().await;
    let (_, cookie) = world.person(ADA).await;
    world
        .accounts
        .reset_password(ADA, NEW_PASSWORD)
        .await
        .unwrap();
    assert!(world.actor(&cookie).await.is_none());
    world
        .accounts
        .sign_in(ADA, NEW_PASSWORD, ADDRESS, "")
        .await
        .unwrap();
    let unknown = world
        .accounts
        .reset_password("eve@example.org", NEW_PASSWORD)
        .await;
    assert_eq!(kind(unknown), ErrorKind::NotFound);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sign_in_with_the_old_password_outlives_a_reset() {
    let world = World::new().await;
    world.accounts.create_account(ADA, PASSWORD).await.unwrap();
    let sign_ins = (0..4_u8).map(|host| {
        let accounts = world.accounts.clone();
        let address = [198, 51, 100, host].into();
        tokio::spawn(async move { accounts.sign_in(ADA, PASSWORD, address, "").await })
    });
    let reset = world.accounts.reset_password(ADA, NEW_PASSWORD);
    let (results, reset) = tokio::join!(join_all(sign_ins), reset);
    reset.unwrap();
    for result in results {
        if let Ok((_, secret)) = result.unwrap() {
            assert!(world.actor(secret.reveal()).await.is_none());
        }
    }
}

#[tokio::test]
async fn only_a_browser_manages_sign_ins_and_passwords() {
    let world = World::new().await;
    world.person(ADA).await;
    let operator = world.accounts.operator(ADA).await.unwrap();
    let accounts = &world.accounts;
    let refused: [Result<(), Error>; 4] = [
        accounts.sign_out(&operator).await,
        accounts.sign_ins(&operator).await.map(drop),
        accounts.revoke_sign_in(&operator, SignInId::random()).await,
        accounts
            .change_password(&operator, PASSWORD, NEW_PASSWORD)
            .await,
    ];
    for refused in refused {
        assert_eq!(kind(refused), ErrorKind::Forbidden);
    }
}
