//! The members of a workspace and their roles.

use leptos::prelude::*;
use protocol::Member;

use crate::api::Fault;
use crate::api::members::{People, RemoveMember, SetRole};
use crate::pages::role::{RoleSelect, role_label};
use crate::pages::state::{WorkspaceState, use_viewer};
use crate::ui::{
    Badge, Button, ButtonKind, Confirm, Loaded, Pane, on_success, toast_faults, use_toasts,
};

/// The list of members. Owners change roles and remove people.
#[component]
pub(super) fn Members(
    state: WorkspaceState,
    people: Resource<Result<People, Fault>>,
) -> impl IntoView {
    let changed = Callback::new(move |()| people.refetch());
    view! {
        <Pane id="members-title" title="Members">
            <Loaded resource=people let:people>
                <ul class="rows">
                    {people
                        .members
                        .into_iter()
                        .map(|member| view! { <MemberRow state member changed/> })
                        .collect_view()}
                </ul>
            </Loaded>
        </Pane>
    }
}

#[component]
fn MemberRow(state: WorkspaceState, member: Member, changed: Callback<()>) -> impl IntoView {
    let is_self = use_viewer()
        .account
        .with_value(|account| account.id == member.account);
    let email = member.email.to_string();
    let role = member.role;
    let controls = StoredValue::new(member);
    view! {
        <li class="row">
            <span class="row-main">
                <span class="truncate">{email}</span>
                {is_self.then(|| view! { <Badge>"You"</Badge> })}
            </span>
            <Show
                when=move || state.is_owner() && !is_self
                fallback=move || view! { <span class="muted">{role_label(role)}</span> }
            >
                <MemberControls state member=controls.get_value() changed/>
            </Show>
        </li>
    }
}

#[component]
fn MemberControls(state: WorkspaceState, member: Member, changed: Callback<()>) -> impl IntoView {
    let toasts = use_toasts();
    let asking = RwSignal::new(false);
    let (setting, removing) = (
        ServerAction::<SetRole>::new(),
        ServerAction::<RemoveMember>::new(),
    );
    toast_faults(setting);
    toast_faults(removing);
    on_success(setting, move |()| toasts.info("Role changed."));
    on_success(removing, move |()| changed.run(()));
    let account = member.account;
    let set = move |role| {
        drop(setting.dispatch(SetRole {
            guid: state.guid(),
            account,
            role,
        }))
    };
    let remove = move |()| {
        drop(removing.dispatch(RemoveMember {
            guid: state.guid(),
            account,
        }))
    };
    view! {
        <RoleSelect
            label=format!("Role of {}", member.email)
            role=member.role
            on_choice=Callback::new(set)
        />
        <Button kind=ButtonKind::Quiet busy=removing.pending() on:click=move |_| asking.set(true)>"Remove"</Button>
        <Confirm
            open=asking
            title=format!("Remove {}?", member.email)
            action="Remove"
            danger=true
            on_confirm=Callback::new(remove)
        >
            "They lose access to this workspace at once. What they made stays."
        </Confirm>
    }
}
