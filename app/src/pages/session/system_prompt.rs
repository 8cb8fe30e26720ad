//! What the agent of a session is told before the conversation begins.

use leptos::prelude::*;
use protocol::{Guid, ProjectId, SessionId};

use crate::api::sessions::load_system_prompt;
use crate::routes::Route;
use crate::ui::{CopyButton, Dialog, Loaded};

/// The system prompt in a window.
#[component]
pub(super) fn SystemPromptDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The session.
    session: SessionId,
    /// The project, whose rules are a part of it.
    project: (Guid, ProjectId),
) -> impl IntoView {
    let (guid, id) = project;
    let rules = format!("{}#rules-title", Route::Project(guid, id).path());
    view! {
        <Dialog open title="What the agent is told">
            <p>"It stands before every conversation of this project. Your part of it are the "
                <a href=rules>"project's rules"</a>"."</p>
            <Show when=move || open.get()><Text session/></Show>
        </Dialog>
    }
}

#[component]
fn Text(session: SessionId) -> impl IntoView {
    let prompt = Resource::new(|| (), move |()| load_system_prompt(session));
    view! {
        <Loaded resource=prompt let:prompt>
            <div class="told">
                <CopyButton text=prompt.clone()/>
                <pre tabindex="0">{prompt}</pre>
            </div>
        </Loaded>
    }
}
