//! The one authorisation check, row by row.

use domain::actor::{Actor, Via};
use domain::authorise::{Action, authorise};
use protocol::{ErrorKind, Guid, Role, Scope, SessionId, TokenId};

use super::world::{World, kind};

/// May a signed-in person of this role do this?
fn role_suffices(action: Action, role: Role) -> bool {
    match action {
        Action::ReadWorkspace | Action::ReadDeployments => true,
        Action::Work | Action::Publish | Action::Upload => role >= Role::Editor,
        Action::Manage | Action::Archive => role == Role::Owner,
    }
}

fn via(actor: &Actor, via: Via) -> Actor {
    Actor {
        account: actor.account.clone(),
        via,
    }
}

#[tokio::test]
async fn a_role_allows_what_it_should() {
    let world = World::new().await;
    let guid = world.workspace().await;
    for role in [Role::Viewer, Role::Editor, Role::Owner] {
        let actor = world.member(&format!("{role:?}@x"), &guid, role).await;
        for action in Action::ALL {
            let answer = authorise(&world.records, &actor, &guid, action).await;
            if role_suffices(action, role) {
                assert_eq!(answer.unwrap(), role);
            } else {
                assert_eq!(kind(answer), ErrorKind::Forbidden, "{role:?} {action:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_stranger_cannot_tell_a_workspace_from_none() {
    let world = World::new().await;
    let guid = world.workspace().await;
    let (stranger, _) = world.person("stranger@x").await;
    let none = Guid::from_bytes([1; 32]);
    for action in Action::ALL {
        let there = authorise(&world.records, &stranger, &guid, action).await;
        let absent = authorise(&world.records, &stranger, &none, action).await;
        let there = there.unwrap_err().into_api();
        assert_eq!(there.kind, ErrorKind::NotFound);
        assert_eq!(there, absent.unwrap_err().into_api());
    }
}

#[tokio::test]
async fn a_token_needs_the_scope_as_well_as_the_role() {
    let world = World::new().await;
    let guid = world.workspace().await;
    let owner = world.member("owner@x", &guid, Role::Owner).await;
    let viewer = world.member("viewer@x", &guid, Role::Viewer).await;
    for action in Action::ALL {
        let needed = match action {
            Action::ReadWorkspace => Some(Scope::SessionsRead),
            Action::ReadDeployments => Some(Scope::DeploymentsRead),
            Action::Work => Some(Scope::SessionsWrite),
            Action::Publish => Some(Scope::DeploymentsWrite),
            Action::Upload => Some(Scope::UploadsWrite),
            Action::Manage | Action::Archive => None,
        };
        for scope in Scope::ALL {
            for (actor, role) in [(&owner, Role::Owner), (&viewer, Role::Viewer)] {
                let token = Via::Token {
                    id: TokenId::random(),
                    scopes: vec![scope],
                };
                let actor = via(actor, token);
                let answer = authorise(&world.records, &actor, &guid, action).await;
                if needed == Some(scope) && role_suffices(action, role) {
                    assert_eq!(answer.unwrap(), role);
                } else {
                    assert_eq!(kind(answer), ErrorKind::Forbidden, "{scope:?} {action:?}");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_agent_reads_and_publishes_in_its_own_workspace_only() {
    let world = World::new().await;
    let guid = world.workspace().await;
    let owner = world.member("owner@x", &guid, Role::Owner).await;
    let agent_of = |guid: Guid| {
        let session = SessionId::random();
        via(&owner, Via::Agent { guid, session })
    };
    let own = agent_of(guid.clone());
    let foreign = agent_of(Guid::from_bytes([1; 32]));
    for action in Action::ALL {
        let answer = authorise(&world.records, &own, &guid, action).await;
        let allowed = matches!(
            action,
            Action::ReadWorkspace | Action::ReadDeployments | Action::Publish
        );
        if allowed {
            answer.unwrap();
        } else {
            assert_eq!(kind(answer), ErrorKind::Forbidden, "{action:?}");
        }
        let answer = authorise(&world.records, &foreign, &guid, action).await;
        assert_eq!(kind(answer), ErrorKind::NotFound, "{action:?}");
    }
}

#[tokio::test]
async fn the_operator_is_an_owner_of_every_workspace_that_exists() {
    let world = World::new().await;
    let guid = world.workspace().await;
    let (somebody, _) = world.person("somebody@x").await;
    let operator = via(&somebody, Via::Operator);
    for action in Action::ALL {
        let answer = authorise(&world.records, &operator, &guid, action).await;
        assert_eq!(answer.unwrap(), Role::Owner);
    }
    let none = Guid::from_bytes([1; 32]);
    let answer = authorise(&world.records, &operator, &none, Action::ReadWorkspace).await;
    assert_eq!(kind(answer), ErrorKind::NotFound);
}

#[tokio::test]
async fn an_archived_workspace_is_read_only() {
    let world = World::new().await;
    let guid = world.workspace().await;
    let owner = world.member("owner@x", &guid, Role::Owner).await;
    world.archive(&guid).await;
    for action in Action::ALL {
        let answer = authorise(&world.records, &owner, &guid, action).await;
        match action {
            Action::ReadWorkspace | Action::ReadDeployments | Action::Archive => {
                answer.unwrap();
            }
            Action::Work | Action::Publish | Action::Upload | Action::Manage => {
                assert_eq!(kind(answer), ErrorKind::Conflict, "{action:?}");
            }
        }
    }
}
