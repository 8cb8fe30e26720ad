//! Messages for readers who have nothing but a link: no live connection, nothing to answer.

use leptos::prelude::*;
use protocol::{Body, Message, Published, ToolUse};

use super::cards::{AutomaticMessage, NoticeLine};
use super::markdown::safe_address;
use super::prose::Prose;
use super::tools::{Summary, summarize};
use crate::ui::{ButtonKind, ButtonLink, Icon, IconName, RelativeTime};

/// One message.
#[component]
pub fn ReadOnlyMessage(
    /// The message.
    message: Message,
) -> impl IntoView {
    let at = message.at;
    let drawn = match message.body {
        Body::User {
            text,
            automatic: true,
            ..
        } => view! { <AutomaticMessage text/> }.into_any(),
        Body::User { text, .. } => view! {
            <div class="own">
                <p class="own-text">{words(text)}</p>
                <p class="own-state"><RelativeTime at/></p>
            </div>
        }
        .into_any(),
        Body::Agent { text } => view! { <Prose text/> }.into_any(),
        Body::Tool(tool) => view! { <Step tool/> }.into_any(),
        Body::Notice { level, text } => view! { <NoticeLine level text/> }.into_any(),
        Body::Published(published) => view! { <Site published/> }.into_any(),
        Body::Permission(_) | Body::Question(_) => ().into_any(),
    };
    view! { <article class="message">{drawn}</article> }
}

/// What was said. Files that came without words are not shared, but there was something.
fn words(text: String) -> AnyView {
    match text.as_str() {
        "" => view! { <em>"Files, which are not shared"</em> }.into_any(),
        _ => text.into_any(),
    }
}

#[component]
fn Step(tool: ToolUse) -> impl IntoView {
    let Summary { verb, object, .. } = summarize(&tool.name, &tool.input, "");
    let icon = match &tool.result {
        Some(result) if result.is_error => IconName::Alert,
        Some(_) => IconName::Check,
        None => IconName::History,
    };
    // A command itself is not shared; what the agent calls it is.
    let called = tool.input["description"].as_str().unwrap_or_default();
    let object = match object.as_str() {
        "" => called.to_owned(),
        _ => object,
    };
    let object = (!object.is_empty()).then(|| view! { " "<code>{object}</code> });
    view! { <p class="shared-step"><Icon name=icon/><span>{verb}{object}</span></p> }
}

#[component]
fn Site(published: Published) -> impl IntoView {
    let Published { url, release, .. } = published;
    let open = safe_address(&url).map(|href| {
        view! {
            <ButtonLink href kind=ButtonKind::Primary icon=IconName::External external=true>"Open"</ButtonLink>
        }
    });
    view! {
        <section class="chat-card published" aria-label="Site published">
            <header class="card-head">
                <Icon name=IconName::Globe/>
                <strong>"Site published"</strong>
                <span class="card-release">{format!("Release {release}")}</span>
            </header>
            <p class="card-address">{url}</p>
            <div class="card-choice">{open}</div>
        </section>
    }
}
