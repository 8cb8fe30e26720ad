//! Files that a message took along.

use leptos::prelude::*;
use protocol::{Upload, UploadKind};

use super::address;
use super::tray::kind_in_words;
use crate::ui::{Icon, IconName, size};

/// The files of a message, each with the way to it.
#[component]
pub fn Attached(
    /// The files.
    uploads: Vec<Upload>,
) -> impl IntoView {
    let draw = |upload: Upload| {
        let href = address(upload.id);
        let about = format!("{}, {}", kind_in_words(upload.kind), size(upload.bytes));
        let picture = match upload.kind {
            UploadKind::Image => view! { <img src=href.clone() alt="" loading="lazy"/> }.into_any(),
            _ => view! { <Icon name=IconName::File/> }.into_any(),
        };
        view! {
            <li>
                // The router must leave it alone: it is a file, not a page.
                <a href=href rel="external" download=upload.name.clone()>
                    <span class="tray-preview" aria-hidden="true">{picture}</span>
                    <span class="tray-text">
                        <span class="tray-name">{upload.name.clone()}</span>
                        <span class="tray-state">{about}</span>
                    </span>
                </a>
            </li>
        }
    };
    let files = uploads.into_iter().map(draw).collect_view();
    view! { <ul class="attached" aria-label="Files">{files}</ul> }
}
