//! Small labels that say what state something is in.

use leptos::prelude::*;
use protocol::{SessionStatus, SiteStatus};

/// What a badge's colour means. The words always say it too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Nothing to notice.
    #[default]
    Neutral,
    /// Under way.
    Active,
    /// Good.
    Good,
    /// Waits for somebody.
    Attention,
    /// Wrong.
    Bad,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Neutral => "badge",
            Self::Active => "badge active",
            Self::Good => "badge good",
            Self::Attention => "badge attention",
            Self::Bad => "badge bad",
        }
    }
}

/// A small label with a light.
#[component]
pub fn Badge(
    /// What its colour means.
    #[prop(optional, into)]
    tone: Signal<Tone>,
    /// The words.
    children: Children,
) -> impl IntoView {
    view! {
        <span class=move || tone.get().class()>
            <span class="badge-light" aria-hidden="true"></span>
            {children()}
        </span>
    }
}

/// What a session's agent is doing.
#[component]
pub fn SessionBadge(
    /// The session's status.
    #[prop(into)]
    status: Signal<SessionStatus>,
) -> impl IntoView {
    let state = Memo::new(move |_| status.with(session_state));
    view! { <Badge tone=Signal::derive(move || state.get().0)>{move || state.get().1}</Badge> }
}

const fn session_state(status: &SessionStatus) -> (Tone, &'static str) {
    match status {
        SessionStatus::Idle => (Tone::Neutral, "Idle"),
        SessionStatus::Starting => (Tone::Active, "Starting"),
        SessionStatus::Working => (Tone::Active, "Working"),
        SessionStatus::Waiting => (Tone::Attention, "Needs you"),
        SessionStatus::Failed { .. } => (Tone::Bad, "Failed"),
    }
}

/// How far a site is.
#[component]
pub fn SiteBadge(
    /// The site's status.
    #[prop(into)]
    status: Signal<SiteStatus>,
) -> impl IntoView {
    let state = Memo::new(move |_| match status.get() {
        SiteStatus::InProgress => (Tone::Active, "In progress"),
        SiteStatus::Deployed => (Tone::Good, "Live"),
        SiteStatus::Failed => (Tone::Bad, "Failed"),
        SiteStatus::Removing => (Tone::Active, "Being removed"),
    });
    view! { <Badge tone=Signal::derive(move || state.get().0)>{move || state.get().1}</Badge> }
}
