//! What the agents of a project shall keep to.

use leptos::prelude::*;
use protocol::Project;

use super::super::state::use_workspace;
use crate::api::projects::SetProjectRules;
use crate::ui::{Button, ButtonKind, FormFault, Pane, TextArea, fault_of, on_success, use_toasts};

/// The rules, to read and to change.
#[component]
pub(super) fn Rules(
    /// The project.
    project: Memo<Project>,
) -> impl IntoView {
    let (state, toasts) = (use_workspace(), use_toasts());
    let action = ServerAction::<SetProjectRules>::new();
    let fault = fault_of(action);
    on_success(action, move |changed| {
        state.put_project(changed);
        toasts.info("Saved. An agent that runs keeps to it from its next start on.");
    });
    let Project { id, rules, .. } = project.get_untracked();
    view! {
        <Pane
            id="rules-title"
            title="Rules"
            text="What every agent in this project keeps to, in your words: tone, colours, libraries, what never to touch."
        >
            <ActionForm action attr:class="form">
                <input type="hidden" name="id" value=id.to_string()/>
                <TextArea label="Rules for agents" name="rules" value=rules fault/>
                <FormFault fault fields=&["rules"]/>
                <div>
                    <Button kind=ButtonKind::Secondary submit=true busy=action.pending()>"Save rules"</Button>
                </div>
            </ActionForm>
        </Pane>
    }
}
