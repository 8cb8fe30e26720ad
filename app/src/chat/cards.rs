//! Cards in the chat that ask or tell something: permissions, questions, notices, published sites.

mod automatic;
mod permission;
mod published;
mod question;

pub use automatic::AutomaticMessage;
pub use permission::PermissionCard;
pub use published::PublishedCard;
pub use question::QuestionCard;

use leptos::prelude::*;
use protocol::NoticeLevel;

use crate::ui::{Icon, IconName};

/// Something that the server or the agent's process has to say.
#[component]
pub fn NoticeLine(
    /// How serious it is.
    level: NoticeLevel,
    /// What it says.
    text: String,
) -> impl IntoView {
    let (class, icon) = match level {
        NoticeLevel::Info => ("notice", IconName::Info),
        NoticeLevel::Warning => ("notice warning", IconName::Alert),
        NoticeLevel::Error => ("notice error", IconName::Alert),
    };
    let role = (level == NoticeLevel::Error).then_some("alert");
    view! { <p class=class role=role><Icon name=icon/><span>{text}</span></p> }
}
