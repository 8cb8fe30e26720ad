//! Members.

use protocol::{AccountId, ErrorKind, Role};

use super::world::{World, kind};

#[tokio::test]
async fn members_are_listed_changed_and_removed() {
    let world = World::new().await;
    let guid = world.workspace().await;
    let owner = world.member("owner@x", &guid, Role::Owner).await;
    let viewer = world.member("a-viewer@x", &guid, Role::Viewer).await;
    let editor = world.member("an-editor@x", &guid, Role::Editor).await;
    let list = async || {
        let members = world.accounts.members(&owner, &guid).await.unwrap();
        let shown = members
            .iter()
            .map(|member| format!("{} {:?}", member.email, member.role));
        shown.collect::<Vec<_>>()
    };
    assert_eq!(
        list().await,
        ["owner@x Owner", "an-editor@x Editor", "a-viewer@x Viewer"]
    );

    let change = async |account, role| {
        world
            .accounts
            .change_role(&owner, &guid, account, role)
            .await
    };
    change(viewer.account.id, Role::Owner).await.unwrap();
    assert_eq!(
        list().await,
        ["a-viewer@x Owner", "owner@x Owner", "an-editor@x Editor"]
    );
    let unknown = change(AccountId::random(), Role::Viewer).await;
    assert_eq!(kind(unknown), ErrorKind::NotFound);

    let removed = editor.account.id;
    world
        .accounts
        .remove_member(&owner, &guid, removed)
        .await
        .unwrap();
    assert_eq!(list().await, ["a-viewer@x Owner", "owner@x Owner"]);
    assert_eq!(
        kind(world.accounts.members(&editor, &guid).await),
        ErrorKind::NotFound
    );
}

#[tokio::test]
async fn the_last_owner_stays() {
    let world = World::new().await;
    let guid = world.workspace().await;
    let owner = world.member("owner@x", &guid, Role::Owner).await;
    world.member("editor@x", &guid, Role::Editor).await;
    let id = owner.account.id;
    let lowered = world
        .accounts
        .change_role(&owner, &guid, id, Role::Editor)
        .await;
    assert_eq!(kind(lowered), ErrorKind::Conflict);
    let removed = world.accounts.remove_member(&owner, &guid, id).await;
    assert_eq!(kind(removed), ErrorKind::Conflict);
    world
        .accounts
        .change_role(&owner, &guid, id, Role::Owner)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_cannot_remove_each_other_at_once() {
    for _ in 0..5 {
        let world = World::new().await;
        let guid = world.workspace().await;
        let ada = world.member("ada@x", &guid, Role::Owner).await;
        let eve = world.member("eve@x", &guid, Role::Owner).await;
        let remove = |actor: &domain::actor::Actor, account| {
            let (accounts, actor, guid) = (world.accounts.clone(), actor.clone(), guid.clone());
            tokio::spawn(async move { accounts.remove_member(&actor, &guid, account).await })
        };
        let (first, second) =
            tokio::join!(remove(&ada, eve.account.id), remove(&eve, ada.account.id));
        let (first, second) = (first.unwrap(), second.unwrap());
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
    }
}

#[tokio::test]
async fn only_owners_change_members() {
    let world = World::new().await;
    let guid = world.workspace().await;
    let owner = world.member("owner@x", &guid, Role::Owner).await;
    let editor = world.member("editor@x", &guid, Role::Editor).await;
    let id = owner.account.id;
    let removed = world.accounts.remove_member(&editor, &guid, id).await;
    assert_eq!(kind(removed), ErrorKind::Forbidden);
    let raised = editor.account.id;
    let raised = world
        .accounts
        .change_role(&editor, &guid, raised, Role::Owner)
        .await;
    assert_eq!(kind(raised), ErrorKind::Forbidden);
}
