//! Says that the demo agent answers, and how to get a real one.

use leptos::prelude::*;

use super::state::use_viewer;
use crate::ui::{Icon, IconName};

/// A note where the demo agent answers; nothing where a real one does.
#[component]
pub(super) fn DemoNote() -> impl IntoView {
    let is_demo = use_viewer().agent.with_value(|agent| agent.demo);
    is_demo.then(|| {
        view! {
            <details class="demo-note">
                <summary>
                    <Icon name=IconName::Bot/>
                    <span><strong>"Demo agent."</strong>" A script answers, not a model. Everything else is real."</span>
                    <span class="demo-more">"Get Claude"</span>
                </summary>
                <ol>
                    <li>"Install Claude Code on the server: " <code>"npm install -g @anthropic-ai/claude-code"</code></li>
                    <li>"Give the server a key: set " <code>"ANTHROPIC_API_KEY"</code> " in its environment."</li>
                    <li>"Start it again. New sessions then talk to Claude; " <code>"tmux-builder doctor"</code> " tells if something is missing."</li>
                </ol>
            </details>
        }
    })
}
