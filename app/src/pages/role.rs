//! Roles of members, in words and to choose from.

use leptos::prelude::*;
use protocol::Role;

/// A role in words.
pub const fn role_label(role: Role) -> &'static str {
    match role {
        Role::Owner => "Owner",
        Role::Editor => "Editor",
        Role::Viewer => "Viewer",
    }
}

/// A choice of roles.
#[component]
pub fn RoleSelect(
    /// What it is about; read aloud.
    #[prop(into)]
    label: String,
    /// The role at first.
    role: Role,
    /// Hears what is chosen.
    on_choice: Callback<Role>,
) -> impl IntoView {
    const ROLES: [Role; 3] = [Role::Viewer, Role::Editor, Role::Owner];
    let choose = move |event: leptos::ev::Event| {
        let chosen = event_target_value(&event);
        if let Some(role) = ROLES.into_iter().find(|role| role_label(*role) == chosen) {
            on_choice.run(role);
        }
    };
    let options = ROLES
        .map(|option| {
            let label = role_label(option);
            view! { <option value=label selected=option == role>{label}</option> }
        })
        .collect_view();
    view! { <select class="select" aria-label=label on:change=choose>{options}</select> }
}
