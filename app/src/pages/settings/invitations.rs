//! Invitations to a workspace.

use leptos::prelude::*;
use protocol::{Invitation, InvitationId, Role};

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
    let issued = RwSignal::new(None);
    let changed = Callback::new(move |()| people.refetch());
    let revoked = Callback::new(move |id| {
        // What leads nowhere is not to be copied.
        issued.update(|issued| {
            issued.take_if(|it: &mut IssuedInvitation| it.invitation.id == id);
        });
        people.refetch();
    });
    view! {
        <Pane
            id="invitations-title"
            title="Invitations"
            text="An invitation is a link that works once. Send it to one person."
        >
            <NewInvitation state issued changed/>
            <Loaded resource=people let:people>
                <ul class="rows">
                    {people
                        .invitations
                        .into_iter()
                        .map(|invitation| view! { <InvitationRow invitation revoked/> })
                        .collect_view()}
                </ul>
            </Loaded>
        </Pane>
    }
}

#[component]
fn NewInvitation(
    state: WorkspaceState,
    issued: RwSignal<Option<IssuedInvitation>>,
    changed: Callback<()>,
) -> impl IntoView {
    let role = RwSignal::new(Role::Editor);
    let action = ServerAction::<Invite>::new();
    toast_faults(action);
    on_success(action, move |made| {
        issued.set(Some(made));
        changed.run(());
    });
    let link = move || {
        let secret = issued.with(|made| Some(made.as_ref()?.secret.reveal().to_owned()))?;
        Some(format!("{}{}#{secret}", page::origin(), Route::Join.path()))
    };
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
        {move || link().map(|link| view! { <ShownOnce what="link" secret=link/> })}
    }
}

#[component]
fn InvitationRow(invitation: Invitation, revoked: Callback<InvitationId>) -> impl IntoView {
    let (guid, id) = (invitation.guid, invitation.id);
    let action = ServerAction::<RevokeInvitation>::new();
    toast_faults(action);
    on_success(action, move |()| revoked.run(id));
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
