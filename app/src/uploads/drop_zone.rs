//! Files may be dropped anywhere on the page.

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;

use super::tray::UploadTray;
use crate::platform::file;
use crate::ui::{Icon, IconName};

/// Browsers tell of a drag at least this often while it goes on.
const STILL_THERE: Duration = Duration::from_millis(600);

/// Takes what is dropped on the page, and says so while something is dragged over it.
#[component]
pub fn DropZone(
    /// Where it goes.
    tray: UploadTray,
) -> impl IntoView {
    let is_over = RwSignal::new(false);
    let leaving = StoredValue::new(None::<TimeoutHandle>);
    let over = move |still: bool| {
        let later = still
            .then(|| set_timeout_with_handle(move || is_over.set(false), STILL_THERE).ok())
            .flatten();
        if let Some(Some(before)) = leaving.try_update_value(|it| std::mem::replace(it, later)) {
            before.clear();
        }
        if is_over.get_untracked() != still {
            is_over.set(still);
        }
    };
    Effect::new(move || {
        let dragged = window_event_listener(ev::dragover, move |event| {
            if file::carries_files(&event) {
                event.prevent_default();
                over(true);
            }
        });
        let dropped = window_event_listener(ev::drop, move |event| {
            if file::carries_files(&event) {
                event.prevent_default();
                over(false);
                tray.take(file::dropped(&event));
            }
        });
        on_cleanup(move || {
            dragged.remove();
            dropped.remove();
        });
    });
    view! {
        <Show when=move || is_over.get()>
            <div class="drop-zone" aria-hidden="true">
                <p><Icon name=IconName::Paperclip/>"Drop files for the agent"</p>
            </div>
        </Show>
    }
}
