//! The files that the next message takes along.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{Guid, MESSAGE_UPLOADS, Upload, UploadKind};

use super::speed::Speed;
use super::transfer::{Ended, News, Transfer};
use crate::api::uploads::delete_upload;
use crate::platform::file::{Handed, LocalFile, ObjectAddress};
use crate::platform::page;
use crate::platform::request::GiveUp;
use crate::ui::{Button, ButtonKind, Icon, IconButton, IconName, size};

/// Bytes of a text file that are looked at for its preview.
const PREVIEW_BYTES: u64 = 600;

/// How far a file is.
#[derive(Clone, Debug)]
enum State {
    /// It goes.
    Sending { gone: u64, speed: Option<u64> },
    /// The connection is away.
    Waiting { gone: u64 },
    /// It is there.
    Ready(Box<Upload>),
    /// It was refused.
    Refused(String),
}

/// What of a file is shown before anybody has read it.
enum Preview {
    Image(ObjectAddress),
    Text(String),
}

/// A file in the tray. Copies are the same.
#[derive(Clone)]
struct Item {
    key: u64,
    name: String,
    bytes: u64,
    state: ArcRwSignal<State>,
    preview: ArcRwSignal<Option<Preview>>,
    give_up: GiveUp,
}

/// The files that the next message takes along. Copies are the same tray.
#[derive(Clone, Copy)]
pub struct UploadTray {
    guid: StoredValue<Guid>,
    items: RwSignal<Vec<Item>>,
    last_key: StoredValue<u64>,
    /// Why something was not taken.
    notice: RwSignal<Option<String>>,
}

impl UploadTray {
    /// An empty tray for files of this workspace.
    #[must_use]
    pub fn new(guid: Guid) -> Self {
        Self {
            guid: StoredValue::new(guid),
            items: RwSignal::default(),
            last_key: StoredValue::new(0),
            notice: RwSignal::new(None),
        }
    }

    /// Takes what was handed over and begins to send it.
    pub fn take(self, handed: Handed) {
        let room = MESSAGE_UPLOADS - self.items.with_untracked(Vec::len).min(MESSAGE_UPLOADS);
        let too_many = handed.files.len() > room;
        self.notice.set(match handed.folders.first() {
            Some(folder) => Some(format!(
                "“{folder}” is a folder. Choose the files in it, or put them into a document."
            )),
            None if too_many => Some(format!(
                "A message takes at most {MESSAGE_UPLOADS} files along."
            )),
            None => None,
        });
        for file in handed.files.into_iter().take(room) {
            self.begin(file);
        }
    }

    /// What is there already, for a message to take along.
    #[must_use]
    pub fn ready(self) -> Vec<Upload> {
        let ready = |item: &Item| match item.state.get() {
            State::Ready(upload) => Some(*upload),
            _ => None,
        };
        self.items
            .with(|items| items.iter().filter_map(ready).collect())
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.items.with(Vec::is_empty)
    }

    /// Whether something in it is still on its way.
    #[must_use]
    pub fn is_sending(self) -> bool {
        let is_sending = |item: &Item| {
            let state = item.state.get();
            matches!(state, State::Sending { .. } | State::Waiting { .. })
        };
        self.items.with(|items| items.iter().any(is_sending))
    }

    /// Whether something in it was refused.
    #[must_use]
    pub fn has_refused(self) -> bool {
        let is_refused = |item: &Item| matches!(item.state.get(), State::Refused(_));
        self.items.with(|items| items.iter().any(is_refused))
    }

    /// Empties it after a message has taken everything along. What was refused stays, to be read.
    pub fn clear(self) {
        self.notice.set(None);
        let is_refused = |item: &Item| matches!(item.state.get_untracked(), State::Refused(_));
        self.items.update(|items| items.retain(is_refused));
    }

    /// Takes back what a message took along that did not reach the server.
    pub fn take_back(self, uploads: Vec<Upload>) {
        for upload in uploads {
            let (name, bytes) = (upload.name.clone(), upload.bytes);
            self.add(name, bytes, None, State::Ready(Box::new(upload)));
        }
    }

    fn begin(self, file: LocalFile) {
        let state = State::Sending {
            gone: 0,
            speed: None,
        };
        let item = self.add(file.name(), file.bytes(), preview_of(&file), state);
        spawn_local(show_beginning(file.clone(), item.preview.clone()));
        let guid = self.guid.get_value();
        spawn_local(item.send(file, guid));
    }

    fn add(self, name: String, bytes: u64, preview: Option<Preview>, state: State) -> Item {
        let key = self.last_key.try_update_value(|last| {
            *last += 1;
            *last
        });
        let item = Item {
            key: key.unwrap_or_default(),
            name,
            bytes,
            state: ArcRwSignal::new(state),
            preview: ArcRwSignal::new(preview),
            give_up: GiveUp::new(),
        };
        self.items.update(|items| items.push(item.clone()));
        item
    }

    /// Takes a file out, wherever it is.
    fn remove(self, key: u64) {
        let mut removed = None;
        self.items.update(|items| {
            let place = items.iter().position(|item| item.key == key);
            removed = place.map(|place| items.remove(place));
        });
        let Some(item) = removed else { return };
        item.give_up.now();
        if let State::Ready(upload) = item.state.get_untracked() {
            spawn_local(async move {
                // One that stays is among the workspace's uploads, and can be deleted there.
                delete_upload(upload.id).await.ok();
            });
        }
    }
}

impl Item {
    async fn send(self, file: LocalFile, guid: Guid) {
        let transfer = Transfer {
            guid: &guid,
            file: &file,
            give_up: &self.give_up,
        };
        let speed = std::cell::RefCell::new(Speed::default());
        let latest = std::cell::Cell::new(0);
        let tell = |news| {
            self.state.set(match news {
                News::Gone(gone) => {
                    latest.set(gone);
                    let speed = speed.borrow_mut().note(page::now().millis(), gone);
                    State::Sending { gone, speed }
                }
                News::Waiting => State::Waiting { gone: latest.get() },
            });
        };
        match transfer.run(tell).await {
            Ok(upload) => self.state.set(State::Ready(Box::new(upload))),
            Err(Ended::Refused(fault)) => self.state.set(State::Refused(fault.to_string())),
            // It has left the tray.
            Err(Ended::GivenUp) => {}
        }
    }
}

fn preview_of(file: &LocalFile) -> Option<Preview> {
    let is_image = file.media_type().starts_with("image/");
    is_image
        .then(|| file.address())
        .flatten()
        .map(Preview::Image)
}

/// Shows how a text begins.
async fn show_beginning(file: LocalFile, preview: ArcRwSignal<Option<Preview>>) {
    if file.media_type() != "text/plain" {
        return;
    }
    if let Some(text) = file.beginning(PREVIEW_BYTES).await {
        preview.set(Some(Preview::Text(text)));
    }
}

/// The tray above the box that messages are written in.
#[component]
pub fn Tray(
    /// The tray.
    tray: UploadTray,
    /// Whether a message waits for the files.
    is_waiting: RwSignal<bool>,
    /// Sends the message.
    on_build: Callback<()>,
) -> impl IntoView {
    let draw = move |item: Item| view! { <Card tray item/> };
    let has_any = Memo::new(move |_| !tray.is_empty());
    let notice = move || {
        let notice = tray.notice.get();
        notice.map(|notice| view! { <p class="tray-notice" role="alert">{notice}</p> })
    };
    view! {
        {notice}
        <Show when=move || has_any.get()>
            <div class="tray">
                <ul class="tray-files" aria-label="Files for the next message">
                    <For each=move || tray.items.get() key=|item| item.key children=draw/>
                </ul>
                <Button
                    kind=ButtonKind::Primary
                    icon=IconName::Rocket
                    busy=is_waiting
                    on:click=move |_| on_build.run(())
                >
                    "Upload & Build"
                </Button>
            </div>
        </Show>
    }
}

#[component]
fn Card(tray: UploadTray, item: Item) -> impl IntoView {
    let key = item.key;
    let (name, bytes) = (item.name, item.bytes);
    let label = format!("Remove {name}");
    let (state, preview) = (item.state.clone(), item.preview.clone());
    let is_refused = {
        let state = state.clone();
        move || matches!(state.get(), State::Refused(_))
    };
    let gone = {
        let state = state.clone();
        move || match state.get() {
            State::Sending { gone, .. } | State::Waiting { gone } => Some(gone),
            State::Ready(_) | State::Refused(_) => None,
        }
    };
    let words = {
        let state = state.clone();
        move || in_words(&state.get(), bytes)
    };
    view! {
        <li class="tray-file" class:wrong=is_refused>
            <span class="tray-preview" aria-hidden="true">
                {move || thumbnail(&preview, &state.get())}
            </span>
            <span class="tray-text">
                <span class="tray-name" title=name.clone()>{name.clone()}</span>
                <span class="tray-state" role="status">{words}</span>
                {move || gone().map(|gone| view! {
                    <progress aria-label="Bytes sent" max=bytes.max(1).to_string() value=gone.to_string()></progress>
                })}
            </span>
            <IconButton icon=IconName::Close label on:click=move |_| tray.remove(key)/>
        </li>
    }
}

fn thumbnail(preview: &ArcRwSignal<Option<Preview>>, state: &State) -> AnyView {
    preview.with(|shown| match (shown, state) {
        (Some(Preview::Image(address)), _) => {
            // What is called a picture and is none has no preview.
            let preview = preview.clone();
            let forget = move |_| preview.set(None);
            view! { <img src=address.as_str().to_owned() alt="" on:error=forget/> }.into_any()
        }
        (Some(Preview::Text(text)), _) => {
            view! { <span class="tray-lines">{text.clone()}</span> }.into_any()
        }
        (None, State::Ready(upload)) => match &upload.excerpt {
            Some(text) => view! { <span class="tray-lines">{text.clone()}</span> }.into_any(),
            None => view! { <Icon name=IconName::File/> }.into_any(),
        },
        (None, _) => view! { <Icon name=IconName::File/> }.into_any(),
    })
}

fn in_words(state: &State, bytes: u64) -> String {
    match state {
        State::Sending { gone, speed } => {
            let speed = speed.map(|speed| format!(", {}/s", size(speed)));
            let speed = speed.unwrap_or_default();
            format!("{} of {}{speed}", size(*gone), size(bytes))
        }
        State::Waiting { gone } => {
            format!(
                "{} of {}. Goes on when the connection is back.",
                size(*gone),
                size(bytes)
            )
        }
        State::Ready(upload) => format!("{}, {}", kind_in_words(upload.kind), size(bytes)),
        State::Refused(reason) => reason.clone(),
    }
}

/// What kind of file it is, for people.
#[must_use]
pub fn kind_in_words(kind: UploadKind) -> &'static str {
    match kind {
        UploadKind::Text => "Text",
        UploadKind::Pdf => "PDF",
        UploadKind::Word => "Word",
        UploadKind::Image => "Image",
    }
}
