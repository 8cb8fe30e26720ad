//! Terminals in the page: the windows of a session's tmux session.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::SessionId;
use protocol::live::{FrameKind, TerminalEvent, TerminalSize, TerminalWindow, Topic};

use crate::live::{Channel, Heard, use_live};
use crate::platform::element::Element;
use crate::platform::{Terminal, TerminalEvents, TerminalOptions, storage};
use crate::ui::{Button, ButtonKind, IconName};

/// Where this browser remembers whether a screen reader reads terminals.
const SCREEN_READER: &str = "terminal-screen-reader";

/// How far a terminal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// Its code is being loaded.
    Loading,
    /// It is there.
    Open,
    /// Its code could not be loaded.
    Failed,
}

/// One terminal. Everything in it may be gone by the time that a callback runs.
#[derive(Clone, Copy)]
struct View {
    terminal: StoredValue<Option<Terminal>>,
    channel: StoredValue<Option<Channel>>,
    size: StoredValue<Option<TerminalSize>>,
    stage: RwSignal<Stage>,
    note: RwSignal<Option<String>>,
    may_type: bool,
}

/// A window of a session. Its code is loaded, and its bytes are asked for, when it is shown first.
#[component]
pub fn TerminalPane(
    /// The session.
    session: SessionId,
    /// The window.
    window: TerminalWindow,
    /// Whether the reader may type and set the size.
    can_edit: bool,
) -> impl IntoView {
    let place = NodeRef::<html::Div>::new();
    let live = use_live();
    let screen_reader = RwSignal::new(false);
    let tries = RwSignal::new(0);
    let view = View {
        terminal: StoredValue::new(None),
        channel: StoredValue::new(None),
        size: StoredValue::new(None),
        stage: RwSignal::new(Stage::Loading),
        note: RwSignal::new(None),
        may_type: can_edit && window == TerminalWindow::Shell,
    };
    Effect::new(move || {
        tries.track();
        let Some(place) = place.get() else {
            return;
        };
        screen_reader.set(storage::get(SCREEN_READER).is_some());
        let options = TerminalOptions {
            read_only: !view.may_type,
            screen_reader: screen_reader.get_untracked(),
            sets_size: can_edit,
        };
        let owner = Owner::current();
        spawn_local(async move {
            if !view.open(&place, options).await {
                return;
            }
            let subscribe = || {
                let topic = Topic::Terminal { session, window };
                live.subscribe(topic, 0, move |heard| view.hear(heard))
            };
            let channel = owner.map(|owner| owner.with(subscribe));
            view.channel.try_set_value(channel);
            view.send_size();
        });
    });
    on_cleanup(move || drop(view.terminal.try_update_value(Option::take)));
    let switch_screen_reader = move |event| {
        let is_on = event_target_checked(&event);
        screen_reader.set(is_on);
        storage::set(SCREEN_READER, if is_on { "on" } else { "" });
        view.terminal
            .with_value(|it| it.iter().for_each(|it| it.set_screen_reader(is_on)));
    };
    let again = move |_| {
        view.stage.set(Stage::Loading);
        tries.update(|tries| *tries += 1);
    };
    let label = match window {
        TerminalWindow::Agent => "The agent's transcript",
        TerminalWindow::Shell => "Shell in the project's folder",
    };
    let is_offline = Signal::derive(move || !live.is_online().get());
    view! {
        <section class="terminal" aria-label=label>
            <div class="terminal-place" node_ref=place></div>
            {move || note(view, is_offline.get()).map(|text| view! {
                <p class="terminal-note" role="status">{text}</p>
            })}
            <Show when=move || view.stage.get() == Stage::Failed>
                <div class="terminal-failure" role="alert">
                    <p>"The terminal could not be loaded. Check the connection, then try again."</p>
                    <Button kind=ButtonKind::Secondary icon=IconName::Refresh on:click=again>"Try again"</Button>
                </div>
            </Show>
            <footer class="terminal-foot">
                <span>{label}{(!view.may_type).then_some(" · read-only")}</span>
                <label class="terminal-option">
                    <input type="checkbox" prop:checked=screen_reader on:change=switch_screen_reader/>
                    "Screen reader"
                </label>
            </footer>
        </section>
    }
}

fn note(view: View, is_offline: bool) -> Option<String> {
    match view.stage.get() {
        Stage::Loading => Some("Opening the terminal…".to_owned()),
        Stage::Open if is_offline => Some("Reconnecting…".to_owned()),
        Stage::Open => view.note.get(),
        Stage::Failed => None,
    }
}

impl View {
    /// Opens the terminal in its place; returns whether it is there.
    async fn open(self, place: &Element, options: TerminalOptions) -> bool {
        let events = TerminalEvents {
            on_input: Box::new(move |bytes| self.type_bytes(&bytes)),
            on_size: Box::new(move |size| {
                self.size.try_set_value(Some(size));
                self.send_size();
            }),
        };
        let terminal = Terminal::open(place, options, events).await;
        let stage = if terminal.is_some() {
            Stage::Open
        } else {
            Stage::Failed
        };
        // If the page has gone on meanwhile, the terminal is handed back and dropped.
        let is_kept = self.terminal.try_set_value(terminal).is_none();
        self.stage.try_set(stage);
        is_kept && stage == Stage::Open
    }

    fn hear(self, heard: Heard) {
        match heard {
            Heard::Bytes(kind, bytes) => {
                self.note.try_set(None);
                self.with_terminal(|terminal| {
                    if kind == FrameKind::Snapshot {
                        terminal.reset();
                    }
                    terminal.write(bytes);
                });
            }
            Heard::Terminal(TerminalEvent::Resized { size }) => {
                self.with_terminal(|terminal| terminal.resize(size));
            }
            Heard::Terminal(TerminalEvent::Exited { status }) => {
                self.note.try_set(Some(farewell(status, self.may_type)));
            }
            Heard::Refused(error) => drop(self.note.try_set(Some(error.message))),
            Heard::Chat(_) | Heard::Workspace(_) | Heard::MessageRefused(..) => {}
        }
    }

    /// Types, after taking the size back from another browser: whoever types sees all of it.
    fn type_bytes(self, bytes: &[u8]) {
        self.with_terminal(|terminal| {
            if !terminal.is_following() {
                terminal.follow();
            }
        });
        if let Some(channel) = self.channel.try_get_value().flatten() {
            channel.type_bytes(bytes);
        }
    }

    fn send_size(self) {
        let channel = self.channel.try_get_value().flatten();
        let size = self.size.try_get_value().flatten();
        if let (Some(channel), Some(size)) = (channel, size) {
            channel.resize(size);
        }
    }

    fn with_terminal(self, act: impl FnOnce(&Terminal)) {
        self.terminal
            .try_with_value(|terminal| terminal.as_ref().map(act));
    }
}

fn farewell(status: Option<i32>, may_type: bool) -> String {
    let ended = match status {
        Some(status) => format!("The program has ended with status {status}."),
        None => "The program has ended.".to_owned(),
    };
    if may_type {
        format!("{ended} Press any key for a new shell.")
    } else {
        ended
    }
}
