//! The first run.

use futures::future::join_all;
use protocol::ErrorKind;

use super::world::{PASSWORD, World, kind, refusal};

#[tokio::test]
async fn the_code_makes_one_owner_who_is_signed_in() {
    let world = World::new().await;
    let accounts = &world.accounts;
    assert!(accounts.needs_owner().await.unwrap());
    let code = accounts.setup_code();
    assert_eq!(code.split('-').map(str::len).collect::<Vec<_>>(), [4, 4, 4]);

    let created = accounts
        .create_owner(&code, " Ada@Example.org ", PASSWORD, "Firefox")
        .await;
    let (account, secret) = created.unwrap();
    assert_eq!(account.email.as_str(), "ada@example.org");
    assert_eq!(world.actor(secret.reveal()).await.unwrap().account, account);
    assert!(!accounts.needs_owner().await.unwrap());

    let again = accounts
        .create_owner(&code, "eve@example.org", PASSWORD, "")
        .await;
    assert_eq!(kind(again), ErrorKind::Conflict);
}

#[tokio::test]
async fn a_wrong_code_makes_nothing_and_tries_are_limited() {
    let world = World::new().await;
    let accounts = &world.accounts;
    for _ in 0..20 {
        let refused = accounts
            .create_owner("AAAA-AAAA-AAAA", "a@b", PASSWORD, "")
            .await;
        assert_eq!(refusal(refused).field.as_deref(), Some("code"));
    }
    let code = accounts.setup_code();
    let refused = accounts.create_owner(&code, "a@b", PASSWORD, "").await;
    assert_eq!(kind(refused), ErrorKind::Limit);
    assert!(accounts.needs_owner().await.unwrap());

    world.clock.pass(15 * 60);
    accounts
        .create_owner(&code, "a@b", PASSWORD, "")
        .await
        .unwrap();
}

#[tokio::test]
async fn bad_input_names_its_field() {
    let world = World::new().await;
    let code = world.accounts.setup_code();
    for (email, password, field) in [("ada", PASSWORD, "email"), ("a@b", "short", "password")] {
        let refused = world
            .accounts
            .create_owner(&code, email, password, "")
            .await;
        assert_eq!(refusal(refused).field.as_deref(), Some(field));
    }
    assert!(world.accounts.needs_owner().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_becomes_owner() {
    let world = World::new().await;
    let code = world.accounts.setup_code();
    let tries = (0..6).map(|number| {
        let (accounts, code) = (world.accounts.clone(), code.clone());
        tokio::spawn(async move {
            let email = format!("{number}@example.org");
            accounts.create_owner(&code, &email, PASSWORD, "").await
        })
    });
    let results = join_all(tries).await;
    let (made, refused): (Vec<_>, Vec<_>) = results
        .into_iter()
        .map(|result| result.unwrap())
        .partition(Result::is_ok);
    assert_eq!(made.len(), 1);
    for refused in refused {
        assert_eq!(kind(refused), ErrorKind::Conflict);
    }
}

#[tokio::test]
async fn an_account_from_the_command_line_ends_the_first_run() {
    let world = World::new().await;
    world
        .accounts
        .create_account("ada@example.org", PASSWORD)
        .await
        .unwrap();
    assert!(!world.accounts.needs_owner().await.unwrap());
    let again = world
        .accounts
        .create_account("ADA@example.org", PASSWORD)
        .await;
    let refused = refusal(again);
    assert_eq!(
        (refused.kind, refused.field.as_deref()),
        (ErrorKind::Conflict, Some("email"))
    );

    let operator = world.accounts.operator("ada@example.org").await.unwrap();
    assert_eq!(operator.account.email.as_str(), "ada@example.org");
    assert_eq!(
        kind(world.accounts.operator("eve@example.org").await),
        ErrorKind::NotFound
    );
}
