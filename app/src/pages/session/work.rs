//! What comes of a session, in tabs: preview, transcript, shell, deployments.

use std::collections::BTreeSet;

use leptos::prelude::*;
use protocol::Session;
use protocol::live::TerminalWindow;

use super::super::later::LaterTab;
use crate::chat::ChatStore;
use crate::preview::Preview;
use crate::ui::{IconName, Tab, Tabs};

/// A tab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkTab {
    /// The live preview.
    Preview,
    /// The agent's transcript.
    Terminal,
    /// A shell.
    Shell,
    /// The project's sites.
    Deployments,
}

impl WorkTab {
    /// Its id in the page.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Preview => "preview",
            Self::Terminal => "terminal",
            Self::Shell => "shell",
            Self::Deployments => "deployments",
        }
    }
}

const TABS: &[Tab] = &[
    Tab {
        id: WorkTab::Preview.id(),
        label: "Preview",
        icon: IconName::Monitor,
    },
    Tab {
        id: WorkTab::Terminal.id(),
        label: "Terminal",
        icon: IconName::Terminal,
    },
    Tab {
        id: WorkTab::Shell.id(),
        label: "Shell",
        icon: IconName::ChevronRight,
    },
    Tab {
        id: WorkTab::Deployments.id(),
        label: "Deployments",
        icon: IconName::Globe,
    },
];

/// The tabs and what they show. A tab's content is made when it is first shown, and then kept.
#[component]
pub fn Work(
    /// The session.
    session: Memo<Session>,
    /// Its chat.
    chat: ChatStore,
    /// Where its working folder is shown.
    preview: Option<String>,
    /// Whether the reader may type.
    can_edit: Memo<bool>,
    /// The id of the tab that is shown.
    tab: RwSignal<&'static str>,
) -> impl IntoView {
    let visited = Memo::new(move |before: Option<&BTreeSet<&'static str>>| {
        let mut visited = before.cloned().unwrap_or_default();
        visited.insert(tab.get());
        visited
    });
    let id = session.with_untracked(|session| session.id);
    let project = session.with_untracked(|session| session.project);
    let preview = StoredValue::new(preview);
    let draw = move |tab: WorkTab| match tab {
        WorkTab::Preview => view! { <Preview address=preview.get_value() chat/> }.into_any(),
        WorkTab::Terminal => LaterTab::Terminal(id, TerminalWindow::Agent, can_edit.get()).draw(),
        WorkTab::Shell => LaterTab::Terminal(id, TerminalWindow::Shell, can_edit.get()).draw(),
        WorkTab::Deployments => LaterTab::Deployments(project).draw(),
    };
    let panel = move |target: WorkTab| {
        let name = target.id();
        let is_visited = Memo::new(move |_| visited.with(|visited| visited.contains(name)));
        view! {
            <div
                role="tabpanel"
                id=format!("{name}-panel")
                class="work-panel"
                aria-labelledby=format!("{name}-tab")
                hidden=move || tab.get() != name
            >
                {move || is_visited.get().then(|| draw(target))}
            </div>
        }
    };
    view! {
        <div class="session-work">
            <Tabs label="Parts of the session" tabs=TABS selected=tab/>
            {panel(WorkTab::Preview)}
            {panel(WorkTab::Terminal)}
            {panel(WorkTab::Shell)}
            {panel(WorkTab::Deployments)}
        </div>
    }
}
