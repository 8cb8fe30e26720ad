//! What the server told the agent by itself.

use leptos::prelude::*;

use crate::proofs::counted;
use crate::ui::{Icon, IconName};

/// A message of the server's to the agent, folded.
#[component]
pub fn AutomaticMessage(
    /// Its words.
    text: String,
) -> impl IntoView {
    let findings = text.lines().filter(|line| line.starts_with("- ")).count();
    let title = format!("Sent to the agent: {}", counted(findings, "finding"));
    view! {
        <details class="chat-card automatic">
            <summary><Icon name=IconName::Refresh/>{title}</summary>
            <p class="automatic-text">{text}</p>
        </details>
    }
}
