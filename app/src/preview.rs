//! The live preview of a session: the working folder, on an origin of its own.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;

use crate::chat::ChatStore;
use crate::platform::element;
use crate::ui::{ButtonLink, EmptyState, Icon, IconButton, IconName};

/// Files that change within this time are shown by one load.
const GATHER: Duration = Duration::from_millis(500);

/// A width to look at the site in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Width {
    #[default]
    Full,
    Tablet,
    Phone,
}

impl Width {
    const ALL: [(Self, &str, IconName); 3] = [
        (Self::Full, "Full width", IconName::Monitor),
        (Self::Tablet, "Tablet", IconName::File),
        (Self::Phone, "Phone", IconName::Phone),
    ];

    const fn class(self) -> &'static str {
        match self {
            Self::Full => "preview-stage",
            Self::Tablet => "preview-stage tablet",
            Self::Phone => "preview-stage phone",
        }
    }
}

/// Two frames: while one is looked at, the other loads what has changed and then takes its place,
/// so that nothing flashes.
#[derive(Clone)]
struct Frames {
    address: StoredValue<String>,
    frames: [NodeRef<html::Iframe>; 2],
    front: RwSignal<usize>,
    is_loading: RwSignal<bool>,
}

impl Frames {
    fn new(address: String) -> Self {
        Self {
            address: StoredValue::new(address),
            frames: [NodeRef::new(), NodeRef::new()],
            front: RwSignal::new(0),
            is_loading: RwSignal::new(false),
        }
    }

    fn back(&self) -> usize {
        1 - self.front.get_untracked()
    }

    fn load(&self) {
        if let Some(frame) = self.frames[self.back()].get_untracked() {
            self.is_loading.set(true);
            self.address
                .with_value(|address| element::load_frame(&frame, address));
        }
    }

    /// A frame has loaded: it comes to the front, if that was asked for.
    fn loaded(&self, index: usize) {
        if self.is_loading.get_untracked() && index == self.back() {
            self.is_loading.set(false);
            self.front.set(index);
        }
    }
}

/// The preview with its tools.
#[component]
pub fn Preview(
    /// Where the working folder is shown; nothing where this server shows no sites.
    address: Option<String>,
    /// The chat, which tells when files change.
    chat: ChatStore,
) -> impl IntoView {
    let Some(address) = address else {
        return view! {
            <EmptyState
                icon=IconName::Monitor
                title="No preview here"
                text="This server shows no sites. Its operator can switch them on with --sites-addr."
            />
        }
        .into_any();
    };
    let width = RwSignal::new(Width::default());
    let frames = Frames::new(address.clone());
    follow_files(chat, frames.clone());
    let is_empty = Memo::new(move |_| chat.groups.with(Vec::is_empty));
    let reload = {
        let frames = frames.clone();
        move |_| frames.load()
    };
    let panes = [0, 1].map(|index| view! { <Frame frames=frames.clone() index/> });
    view! {
        <section class="preview" aria-label="Preview">
            <div class="preview-tools">
                <IconButton label="Load the preview again" icon=IconName::Refresh on:click=reload/>
                <span class="preview-address truncate">{address.clone()}</span>
                <WidthSwitch width/>
                <ButtonLink href=address icon=IconName::External external=true>"Open"</ButtonLink>
            </div>
            <div class=move || width.get().class()>
                {panes}
                <Show when=move || is_empty.get()>
                    <div class="preview-empty">
                        <EmptyState
                            icon=IconName::Monitor
                            title="The preview fills as the agent works"
                            text="Say what you want to build; every file it writes shows here at once."
                        />
                    </div>
                </Show>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Frame(frames: Frames, index: usize) -> impl IntoView {
    let is_front = {
        let front = frames.front;
        move || front.get() == index
    };
    view! {
        <iframe
            node_ref=frames.frames[index]
            class="preview-frame"
            class:front=is_front
            title="Preview of the site"
            referrerpolicy="no-referrer"
            tabindex=move || if is_front() { "0" } else { "-1" }
            aria-hidden=move || (!is_front()).then_some("true")
            on:load=move |_| frames.loaded(index)
        ></iframe>
    }
}

#[component]
fn WidthSwitch(width: RwSignal<Width>) -> impl IntoView {
    let choice = |(choice, label, icon): (Width, &'static str, IconName)| {
        view! {
            <button
                type="button"
                class="segment"
                aria-pressed=move || if width.get() == choice { "true" } else { "false" }
                aria-label=label
                title=label
                on:click=move |_| width.set(choice)
            >
                <Icon name=icon/>
            </button>
        }
    };
    view! {
        <div class="segments preview-widths" role="group" aria-label="Width">
            {Width::ALL.map(choice).collect_view()}
        </div>
    }
}

/// Loads at once, and again whenever files change or a site is published.
fn follow_files(chat: ChatStore, frames: Frames) {
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |is_later: Option<()>| {
        chat.file_changes.track();
        chat.publishings.track();
        frames.frames.iter().for_each(Track::track);
        if is_later.is_none() {
            frames.load();
            return;
        }
        if timer.with_value(Option::is_some) {
            return;
        }
        let frames = frames.clone();
        let load = move || {
            timer.try_set_value(None);
            frames.load();
        };
        timer.set_value(set_timeout_with_handle(load, GATHER).ok());
    });
    on_cleanup(move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    });
}
