//! Invitations to a workspace.

use leptos::prelude::*;
use protocol::{Invitation, Role};

use crate::api::Fault;
use crate::api::members::{Invite, IssuedInvitation, People, RevokeInvitation};
use crate::pages::role::{RoleSelect, role_label};
use crate::pages::state::WorkspaceState;
use crate::platform::page;
use crate::routes::Route;
use crate::ui::{
    Button, ButtonKind, IconName, Loaded, Pane, RelativeTime, ShownOnce, on_success, toast_faults,
};

/// Making invitations, and the list of those that nobody has used yet.
#[component]
pub(super) fn Invitations(
    state: WorkspaceState,
    people: Resource<Result<People, Fault>>,
) -> impl IntoView {
    let changed = Callback::new(move |()| people.refetch());
    view! {
        <Pane
            id="invitations-title"
            title="Invitations"
            text="An invitation is a link that works once. Send it to one person."
        >
            <NewInvitation state changed/>
            <Loaded resource=people let:people>
                <ul class="rows">
                    {people
                        .invitations
                        .into_iter()
                        .map(|invitation| view! { <InvitationRow invitation changed/> })
                        .collect_view()}
                </ul>
            </Loaded>
        </Pane>
    }
}

#[component]
fn NewInvitation(state: WorkspaceState, changed: Callback<()>) -> impl IntoView {
    let role = RwSignal::new(Role::Editor);
    let link = RwSignal::new(None);
    let action = ServerAction::<Invite>::new();
    toast_faults(action);
    on_success(action, move |IssuedInvitation { secret, .. }| {
        link.set(Some(format!(
            "{}{}#{}",
            page::origin(),
            Route::Join.path(),
            secret.reveal()
        )));
        changed.run(());
    });
    let invite = move |_| {
        action.dispatch(Invite {
            guid: state.guid(),
            role: role.get_untracked(),
        });
    };
    view! {
        <div class="form inline">
            <RoleSelect
                label="Role of the invited person"
                role=Role::Editor
                on_choice=Callback::new(move |chosen| role.set(chosen))
            />
            <Button icon=IconName::Link busy=action.pending() on:click=invite>"Make invitation"</Button>
        </div>
        {move || link.get().map(|link| view! { <ShownOnce what="link" secret=link/> })}
    }
}

#[component]
fn InvitationRow(invitation: Invitation, changed: Callback<()>) -> impl IntoView {
    let action = ServerAction::<RevokeInvitation>::new();
    toast_faults(action);
    on_success(action, move |()| changed.run(()));
    let (guid, id) = (invitation.guid, invitation.id);
    view! {
        <li class="row">
            <span class="row-main">{role_label(invitation.role)}</span>
            <span class="row-time">"ends "<RelativeTime at=invitation.expires_at/></span>
            <Button
                kind=ButtonKind::Quiet
                busy=action.pending()
                on:click=move |_| drop(action.dispatch(RevokeInvitation { guid: guid.clone(), id }))
            >
                "Revoke"
            </Button>
        </li>
    }
}
