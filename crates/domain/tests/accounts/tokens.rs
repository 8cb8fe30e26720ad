//! API tokens.

use domain::actor::{Actor, Via};
use protocol::{ErrorKind, Scope, TokenId};

use super::world::{PASSWORD, World, kind, refusal};

#[tokio::test]
async fn a_token_acts_for_its_account_until_it_is_revoked() {
    let world = World::new().await;
    let (ada, _) = world.person("ada@example.org").await;
    let scopes = [
        Scope::SessionsWrite,
        Scope::SessionsRead,
        Scope::SessionsRead,
    ];
    let created = world.accounts.create_token(&ada, " CI ", &scopes).await;
    let (token, secret) = created.unwrap();
    assert_eq!(token.name, "CI");
    assert_eq!(token.scopes, [Scope::SessionsRead, Scope::SessionsWrite]);
    assert!(secret.reveal().starts_with("tmb_"));
    assert_eq!(secret.reveal().len(), 4 + 64);

    let expected = Actor {
        account: ada.account.clone(),
        via: Via::Token {
            id: token.id,
            scopes: token.scopes.clone(),
        },
    };
    let actor = world
        .accounts
        .authenticate_token(secret.reveal())
        .await
        .unwrap();
    assert_eq!(actor, Some(expected));
    assert_eq!(
        world.actor(secret.reveal()).await,
        None,
        "a token is no cookie"
    );
    assert_eq!(
        world.accounts.tokens(&ada).await.unwrap(),
        vec![token.clone()]
    );

    let (eve, _) = world.person("eve@example.org").await;
    let by_eve = world.accounts.revoke_token(&eve, token.id).await;
    assert_eq!(kind(by_eve), ErrorKind::NotFound);
    world.accounts.revoke_token(&ada, token.id).await.unwrap();
    assert_eq!(
        world
            .accounts
            .authenticate_token(secret.reveal())
            .await
            .unwrap(),
        None
    );
    assert_eq!(world.accounts.tokens(&ada).await.unwrap(), []);
}

#[tokio::test]
async fn a_cookie_is_no_token() {
    let world = World::new().await;
    let (_, cookie) = world.person("ada@example.org").await;
    assert_eq!(
        world.accounts.authenticate_token(&cookie).await.unwrap(),
        None
    );
}

#[tokio::test]
async fn a_token_makes_lists_and_revokes_no_tokens() {
    let world = World::new().await;
    let (ada, _) = world.person("ada@example.org").await;
    let accounts = &world.accounts;
    let (token, secret) = accounts
        .create_token(&ada, "all", &Scope::ALL)
        .await
        .unwrap();
    let script = accounts
        .authenticate_token(secret.reveal())
        .await
        .unwrap()
        .unwrap();
    for refused in [
        accounts
            .create_token(&script, "more", &Scope::ALL)
            .await
            .map(drop),
        accounts.tokens(&script).await.map(drop),
        accounts.revoke_token(&script, token.id).await,
        accounts.sign_ins(&script).await.map(drop),
        accounts
            .change_password(&script, PASSWORD, "another long password")
            .await,
    ] {
        assert_eq!(kind(refused), ErrorKind::Forbidden);
    }
}

#[tokio::test]
async fn the_operator_makes_tokens() {
    let world = World::new().await;
    world
        .accounts
        .create_account("ada@example.org", PASSWORD)
        .await
        .unwrap();
    let operator = world.accounts.operator("ada@example.org").await.unwrap();
    let created = world
        .accounts
        .create_token(&operator, "cli", &[Scope::SessionsRead])
        .await;
    assert!(created.is_ok());
}

#[tokio::test]
async fn bad_tokens_are_refused() {
    let world = World::new().await;
    let (ada, _) = world.person("ada@example.org").await;
    let accounts = &world.accounts;
    let no_scope = refusal(accounts.create_token(&ada, "CI", &[]).await);
    assert_eq!(no_scope.field.as_deref(), Some("scopes"));
    let no_name = refusal(accounts.create_token(&ada, " ", &Scope::ALL).await);
    assert_eq!(no_name.field.as_deref(), Some("name"));
    let unknown = accounts.revoke_token(&ada, TokenId::random()).await;
    assert_eq!(kind(unknown), ErrorKind::NotFound);
    for _ in 0..50 {
        accounts
            .create_token(&ada, "CI", &Scope::ALL)
            .await
            .unwrap();
    }
    let one_more = accounts.create_token(&ada, "CI", &Scope::ALL).await;
    assert_eq!(kind(one_more), ErrorKind::Limit);
}
