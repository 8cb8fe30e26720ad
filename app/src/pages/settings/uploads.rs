//! The files that were given to a workspace's agents.

use leptos::prelude::*;
use protocol::Upload;

use crate::api::Fault;
use crate::api::uploads::DeleteUpload;
use crate::pages::state::WorkspaceState;
use crate::ui::{
    Button, ButtonKind, Confirm, Icon, IconName, Loaded, Pane, RelativeTime, on_success, size,
    toast_faults,
};
use crate::uploads::address;

/// The list, with what to do with each.
#[component]
pub(super) fn Uploads(
    /// The workspace.
    state: WorkspaceState,
    /// The files.
    uploads: Resource<Result<Vec<Upload>, Fault>>,
) -> impl IntoView {
    let changed = Callback::new(move |()| uploads.refetch());
    view! {
        <Pane id="uploads-title" title="Uploads" text="Files that were given to agents in this workspace.">
            <Loaded resource=uploads let:uploads>
                {if uploads.is_empty() {
                    view! { <p class="muted">"None yet. Drop files into a session, or attach them there."</p> }.into_any()
                } else {
                    let bytes = uploads.iter().map(|upload| upload.bytes).sum();
                    view! {
                        <p class="muted">{format!("{} files, {}", uploads.len(), size(bytes))}</p>
                        <ul class="rows">
                            {uploads.into_iter().map(|upload| view! { <UploadRow state upload changed/> }).collect_view()}
                        </ul>
                    }.into_any()
                }}
            </Loaded>
        </Pane>
    }
}

#[component]
fn UploadRow(state: WorkspaceState, upload: Upload, changed: Callback<()>) -> impl IntoView {
    let asking = RwSignal::new(false);
    let action = ServerAction::<DeleteUpload>::new();
    toast_faults(action);
    on_success(action, move |()| changed.run(()));
    let id = upload.id;
    let title = format!("Delete “{}”?", upload.name);
    let href = address(id);
    view! {
        <li class="row">
            <span class="row-main">
                <Icon name=IconName::File/>
                // The router must leave it alone: it is a file, not a page.
                <a class="truncate" href=href rel="external" download=upload.name.clone()>{upload.name.clone()}</a>
            </span>
            <span class="row-time">{size(upload.bytes)}", "<RelativeTime at=upload.created_at/></span>
            <Show when=move || state.may_work()>
                <Button kind=ButtonKind::Quiet busy=action.pending() on:click=move |_| asking.set(true)>"Delete"</Button>
            </Show>
            <Confirm
                open=asking
                title
                action="Delete"
                danger=true
                on_confirm=Callback::new(move |()| drop(action.dispatch(DeleteUpload { id })))
            >
                "Messages keep its name, but nobody can open it any more."
            </Confirm>
        </li>
    }
}
