//! The choice of what the agent may do without asking.

use leptos::prelude::*;
use protocol::PermissionPolicy;

use crate::chat::store::ChatStore;
use crate::live::use_live;
use crate::policy::{label, meaning, name};

/// A choice of policies, with what each means.
#[component]
pub fn PolicyPicker(
    /// The chat.
    chat: ChatStore,
    /// The present policy.
    policy: Signal<PermissionPolicy>,
) -> impl IntoView {
    let refusal = use_live().refusal();
    // A refused change shows the present policy again.
    let shown = move || {
        refusal.track();
        name(policy.get())
    };
    let choose = move |event| {
        let chosen = event_target_value(&event);
        if let Some(policy) = PermissionPolicy::ALL
            .into_iter()
            .find(|it| name(*it) == chosen)
        {
            chat.set_policy(policy);
        }
    };
    let present = policy.get_untracked();
    let option = |policy: PermissionPolicy| {
        let is_first = policy == present;
        view! {
            <option value=name(policy) title=meaning(policy) selected=is_first>{label(policy)}</option>
        }
    };
    view! {
        <label class="policy" title=move || meaning(policy.get())>
            <span class="visually-hidden">"What the agent may do without asking"</span>
            <select
                prop:value=shown
                disabled=move || !chat.is_online().get()
                on:change=choose
                aria-description=move || meaning(policy.get())
            >
                {PermissionPolicy::ALL.map(option).collect_view()}
            </select>
        </label>
    }
}
