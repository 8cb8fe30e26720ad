//! What is not part of the first load. The build splits the code of these pages off, in a few
//! parts; a part comes when it is needed first.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::ChooseView;
use protocol::live::TerminalWindow;
use protocol::{ApiError, ProjectId, SessionId};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

use super::account::AccountPage;
use super::commands::{CommandWindows, Commands};
use super::deployments::DeploymentsPage;
use super::join::JoinPage;
use super::project::ProjectPage;
use super::session::SessionDeployments;
use super::settings::SettingsPage;
use super::setup::SetupPage;
use super::shared_chat::SharedChatPage;
use super::sign_in::SignInPage;
use super::state::WorkspaceState;
use super::workspace::WorkspacePage;
use super::workspaces::WorkspacesPage;
use crate::api::Fault;
use crate::platform::tab;
use crate::terminal::TerminalPane;
use crate::ui::use_toasts;

/// How long to wait before a part that could not be loaded is asked for again.
const TRY_AGAIN: Duration = Duration::from_secs(3);

/// Makes a part: an enum of pages, each a route's view, and the function that draws them, which the
/// build splits off. It is asked to draw nothing, `None`, to have the part loaded.
macro_rules! part {
    ($(#[$about:meta])* $name:ident, $draw:ident { $($route:ident: $page:ident;)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug)]
        pub enum $name {
            $(#[doc = concat!("[`", stringify!($page), "`].")] $route,)*
        }

        #[wasm_split($draw, fallible)]
        fn $draw(page: Option<$name>) -> Result<AnyView, SplitLoaderError> {
            Ok(match page {
                None => ().into_any(),
                $(Some($name::$route) => view! { <$page/> }.into_any(),)*
            })
        }

        impl ChooseView for $name {
            async fn choose(self) -> AnyView {
                // The router had it loaded before, and what is loaded stays.
                $draw(Some(self)).await.unwrap_or_else(|_| ().into_any())
            }

            async fn preload(&self) {
                load(|| $draw(None)).await;
            }
        }
    };
}

part! {
    /// The way in.
    Door, door { SignIn: SignInPage; }
}

part! {
    /// The way in for those who come for the first time.
    Entry, entry { Join: JoinPage; Setup: SetupPage; }
}

part! {
    /// What whoever has a link may read.
    Guest, guest { SharedChat: SharedChatPage; }
}

part! {
    /// Where people find and begin their work.
    Desk, desk { Project: ProjectPage; Workspace: WorkspacePage; Workspaces: WorkspacesPage; }
}

part! {
    /// Where people look after things.
    Office, office { Account: AccountPage; Deployments: DeploymentsPage; Settings: SettingsPage; }
}

#[wasm_split(commands, fallible)]
fn commands(
    windows: Option<(Commands, Option<WorkspaceState>)>,
) -> Result<AnyView, SplitLoaderError> {
    Ok(match windows {
        None => ().into_any(),
        Some((commands, workspace)) => view! { <CommandWindows commands workspace/> }.into_any(),
    })
}

/// The command palette and the list of keys, from the first time that somebody asks for them. In
/// the browser only: no page is rendered with them.
#[component]
pub(super) fn LaterCommands(
    /// Which is open.
    windows: Commands,
    /// The workspace that the page belongs to, if any.
    workspace: Option<WorkspaceState>,
) -> impl IntoView {
    let is_needed = Memo::new(move |before: Option<&bool>| {
        before.copied().unwrap_or_default() || windows.is_asked_for()
    });
    move || {
        is_needed.get().then(|| {
            Suspend::new(send_wrapper::SendWrapper::new(async move {
                load(|| commands(None)).await;
                let drawn = commands(Some((windows, workspace))).await;
                drawn.unwrap_or_else(|_| ().into_any())
            }))
        })
    }
}

/// A tab of a session that is made when it is first shown.
#[derive(Clone, Copy, Debug)]
pub(super) enum LaterTab {
    /// A window of the session, and whether the reader may type.
    Terminal(SessionId, TerminalWindow, bool),
    /// The sites of a project.
    Deployments(ProjectId),
}

#[wasm_split(tabs, fallible)]
fn tabs(tab: Option<LaterTab>) -> Result<AnyView, SplitLoaderError> {
    Ok(match tab {
        None => ().into_any(),
        Some(LaterTab::Terminal(session, window, can_edit)) => {
            view! { <TerminalPane session window can_edit/> }.into_any()
        }
        Some(LaterTab::Deployments(project)) => view! { <SessionDeployments project/> }.into_any(),
    })
}

impl LaterTab {
    /// Draws the tab as soon as its code is there. In the browser only: no page is rendered with
    /// such a tab.
    pub(super) fn draw(self) -> AnyView {
        let drawn = async move {
            load(|| tabs(None)).await;
            tabs(Some(self)).await.unwrap_or_else(|_| ().into_any())
        };
        Suspend::new(send_wrapper::SendWrapper::new(drawn)).into_any()
    }
}

/// Loads a part, however often it takes. Meanwhile the page that is shown stays as it is, so that
/// nothing blinks and a part that does not come takes nothing away.
async fn load<T, F>(part: impl Fn() -> F)
where
    F: Future<Output = Result<T, SplitLoaderError>>,
{
    let toasts = use_toasts();
    // A rendered page that is coming to life must find itself as it was rendered.
    let may_tell = Owner::current_shared_context().is_none_or(|it| !it.during_hydration());
    while part().await.is_err() {
        if may_tell {
            toasts.fault(&Fault(ApiError::unavailable(
                "This part could not be loaded yet. Check the connection, or load the page again.",
            )));
        }
        tab::pause(TRY_AGAIN).await;
    }
}
