//! Invitations.

use domain::actor::Actor;
use futures::future::join_all;
use protocol::{ErrorKind, Guid, InvitationId, Role, Scope};

use super::world::{DAY, PASSWORD, World, kind, refusal};

const EVE: &str = "eve@example.org";

async fn workspace_with_owner(world: &World) -> (Guid, Actor) {
    let guid = world.workspace().await;
    let owner = world.member("ada@example.org", &guid, Role::Owner).await;
    (guid, owner)
}

async fn invite(world: &World, owner: &Actor, guid: &Guid, role: Role) -> String {
    let (_, secret) = world.accounts.invite(owner, guid, role).await.unwrap();
    secret.reveal().to_owned()
}

async fn role_of(world: &World, owner: &Actor, guid: &Guid, email: &str) -> Option<Role> {
    let members = world.accounts.members(owner, guid).await.unwrap();
    let member = members
        .into_iter()
        .find(|member| member.email.as_str() == email);
    member.map(|member| member.role)
}

#[tokio::test]
async fn a_stranger_becomes_a_member_and_is_signed_in() {
    let world = World::new().await;
    let (guid, owner) = workspace_with_owner(&world).await;
    let secret = invite(&world, &owner, &guid, Role::Editor).await;

    let (offer, name) = world.accounts.look_at_invitation(&secret).await.unwrap();
    assert_eq!((offer.role, name.as_str()), (Role::Editor, "Tea"));
    assert_eq!(
        world.accounts.invitations(&owner, &guid).await.unwrap(),
        [offer]
    );

    let accepted = world
        .accounts
        .accept_invitation(&secret, EVE, PASSWORD, "")
        .await;
    let (account, cookie) = accepted.unwrap();
    assert_eq!(world.actor(cookie.reveal()).await.unwrap().account, account);
    assert_eq!(
        role_of(&world, &owner, &guid, EVE).await,
        Some(Role::Editor)
    );
    assert_eq!(world.accounts.invitations(&owner, &guid).await.unwrap(), []);

    let again = world
        .accounts
        .accept_invitation(&secret, "mallory@x", PASSWORD, "")
        .await;
    assert_eq!(kind(again), ErrorKind::NotFound);
    assert_eq!(
        kind(world.accounts.look_at_invitation(&secret).await),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn an_existing_account_needs_its_password() {
    let world = World::new().await;
    let (guid, owner) = workspace_with_owner(&world).await;
    let eve = world.accounts.create_account(EVE, PASSWORD).await.unwrap();
    let secret = invite(&world, &owner, &guid, Role::Viewer).await;
    let accept = async |password: &str| {
        world
            .accounts
            .accept_invitation(&secret, EVE, password, "")
            .await
    };
    assert_eq!(
        kind(accept("incorrect horse battery").await),
        ErrorKind::Unauthenticated
    );
    assert_eq!(role_of(&world, &owner, &guid, EVE).await, None);
    assert_eq!(accept(PASSWORD).await.unwrap().0, eve);
    assert_eq!(
        role_of(&world, &owner, &guid, EVE).await,
        Some(Role::Viewer)
    );
}

#[tokio::test]
async fn an_invitation_is_no_way_to_guess_passwords() {
    let world = World::new().await;
    let (guid, owner) = workspace_with_owner(&world).await;
    world.accounts.create_account(EVE, PASSWORD).await.unwrap();
    let secret = invite(&world, &owner, &guid, Role::Viewer).await;
    for _ in 0..5 {
        let wrong = world
            .accounts
            .accept_invitation(&secret, EVE, "wrong", "")
            .await;
        assert_eq!(kind(wrong), ErrorKind::Unauthenticated);
    }
    let limited = world
        .accounts
        .accept_invitation(&secret, EVE, PASSWORD, "")
        .await;
    assert_eq!(kind(limited), ErrorKind::Limit);
}

#[tokio::test]
async fn a_role_is_raised_and_never_lowered() {
    let world = World::new().await;
    let (guid, owner) = workspace_with_owner(&world).await;
    world.member(EVE, &guid, Role::Editor).await;
    for (offered, expected) in [(Role::Viewer, Role::Editor), (Role::Owner, Role::Owner)] {
        let secret = invite(&world, &owner, &guid, offered).await;
        world
            .accounts
            .accept_invitation(&secret, EVE, PASSWORD, "")
            .await
            .unwrap();
        assert_eq!(role_of(&world, &owner, &guid, EVE).await, Some(expected));
    }
}

#[tokio::test]
async fn an_invitation_ends_after_seven_days() {
    let world = World::new().await;
    let (guid, owner) = workspace_with_owner(&world).await;
    let secret = invite(&world, &owner, &guid, Role::Viewer).await;
    world.clock.pass(7 * DAY - 1);
    assert!(world.accounts.look_at_invitation(&secret).await.is_ok());
    world.clock.pass(1);
    let late = world
        .accounts
        .accept_invitation(&secret, EVE, PASSWORD, "")
        .await;
    assert_eq!(kind(late), ErrorKind::NotFound);
    assert_eq!(world.accounts.invitations(&owner, &guid).await.unwrap(), []);
}

#[tokio::test]
async fn an_invitation_can_be_taken_back() {
    let world = World::new().await;
    let (guid, owner) = workspace_with_owner(&world).await;
    let created = world.accounts.invite(&owner, &guid, Role::Viewer).await;
    let (invitation, secret) = created.unwrap();
    let revoke = async |id| world.accounts.revoke_invitation(&owner, &guid, id).await;
    assert_eq!(
        kind(revoke(InvitationId::random()).await),
        ErrorKind::NotFound
    );
    revoke(invitation.id).await.unwrap();
    let late = world
        .accounts
        .accept_invitation(secret.reveal(), EVE, PASSWORD, "")
        .await;
    assert_eq!(kind(late), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_bad_attempt_leaves_the_invitation_open() {
    let world = World::new().await;
    let (guid, owner) = workspace_with_owner(&world).await;
    let secret = invite(&world, &owner, &guid, Role::Viewer).await;
    for (email, password, field) in [("eve", PASSWORD, "email"), (EVE, "short", "password")] {
        let refused = world
            .accounts
            .accept_invitation(&secret, email, password, "")
            .await;
        assert_eq!(refusal(refused).field.as_deref(), Some(field));
    }
    world
        .accounts
        .accept_invitation(&secret, EVE, PASSWORD, "")
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_uses_it() {
    let world = World::new().await;
    let (guid, owner) = workspace_with_owner(&world).await;
    let secret = invite(&world, &owner, &guid, Role::Viewer).await;
    let tries = (0..5).map(|number| {
        let (accounts, secret) = (world.accounts.clone(), secret.clone());
        tokio::spawn(async move {
            let email = format!("{number}@example.org");
            accounts
                .accept_invitation(&secret, &email, PASSWORD, "")
                .await
        })
    });
    let results: Vec<_> = join_all(tries)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for refused in results.into_iter().filter(Result::is_err) {
        assert_eq!(kind(refused), ErrorKind::NotFound);
    }
    assert_eq!(
        world.accounts.members(&owner, &guid).await.unwrap().len(),
        2
    );
}

#[tokio::test]
async fn an_archived_workspace_takes_nobody_in() {
    let world = World::new().await;
    let (guid, owner) = workspace_with_owner(&world).await;
    let secret = invite(&world, &owner, &guid, Role::Viewer).await;
    world.archive(&guid).await;
    let accepted = world
        .accounts
        .accept_invitation(&secret, EVE, PASSWORD, "")
        .await;
    assert_eq!(kind(accepted), ErrorKind::Conflict);
    let more = world.accounts.invite(&owner, &guid, Role::Viewer).await;
    assert_eq!(kind(more), ErrorKind::Conflict);
}

#[tokio::test]
async fn only_owners_in_person_invite() {
    let world = World::new().await;
    let (guid, owner) = workspace_with_owner(&world).await;
    let editor = world.member("editor@x", &guid, Role::Editor).await;
    let (stranger, _) = world.person("stranger@x").await;
    let created = world.accounts.create_token(&owner, "t", &Scope::ALL).await;
    let (_, secret) = created.unwrap();
    let script = world
        .accounts
        .authenticate_token(secret.reveal())
        .await
        .unwrap()
        .unwrap();
    for (actor, expected) in [
        (editor, ErrorKind::Forbidden),
        (script, ErrorKind::Forbidden),
        (stranger, ErrorKind::NotFound),
    ] {
        let invited = world.accounts.invite(&actor, &guid, Role::Owner).await;
        assert_eq!(kind(invited), expected);
        assert_eq!(
            kind(world.accounts.invitations(&actor, &guid).await),
            expected
        );
        let id = InvitationId::random();
        let revoked = world.accounts.revoke_invitation(&actor, &guid, id).await;
        assert_eq!(kind(revoked), expected);
    }
}
