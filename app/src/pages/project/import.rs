//! Taking in the sessions of a `chat_history.jsonl`.

use leptos::prelude::*;
use leptos::task::spawn_local;
use protocol::{ApiError, ProjectId, SessionId};
use serde::Deserialize;

use crate::api::Fault;
use crate::platform::file::LocalFile;
use crate::platform::request::{Content, GiveUp, request};
use crate::proofs::counted;
use crate::ui::{Button, ButtonKind, FileInput, IconName, choose_file, use_toasts};

/// What was new in a history.
#[derive(Deserialize)]
struct Imported {
    sessions: Vec<SessionId>,
    known: usize,
    skipped: usize,
    deployments: usize,
}

/// A button that takes a history.
#[component]
pub(super) fn ImportButton(
    /// Whose sessions they become.
    project: ProjectId,
) -> impl IntoView {
    let toasts = use_toasts();
    let input = NodeRef::new();
    let busy = RwSignal::new(false);
    let take = move |files: Vec<LocalFile>| {
        let Some(file) = files.into_iter().next() else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            match import(project, &file).await {
                Ok(imported) => toasts.info(imported.in_words()),
                Err(error) => toasts.fault(&Fault(error)),
            }
            busy.try_set(false);
        });
    };
    view! {
        <FileInput input accept=".jsonl" on_chosen=Callback::new(take)/>
        <Button
            kind=ButtonKind::Quiet
            icon=IconName::Upload
            busy
            on:click=move |_| choose_file(input)
            attr:title="Make sessions of a chat_history.jsonl"
        >
            "Import chats"
        </Button>
    }
}

/// The sessions that this makes are told by the workspace's live events.
async fn import(project: ProjectId, file: &LocalFile) -> Result<Imported, ApiError> {
    protocol::history_size(file.bytes())?;
    let path = format!("/api/projects/{project}/history");
    let content = Content::Piece(file, 0, file.bytes());
    let answer = request("POST", &path, content, None, &GiveUp::new()).await;
    let answer = answer.map_err(|_| {
        ApiError::unavailable(
            "The file cannot be read, or the server cannot be reached. Try again.",
        )
    })?;
    answer.value()
}

impl Imported {
    fn in_words(&self) -> String {
        let (sessions, known) = (self.sessions.len(), self.known);
        let were = if known == 1 { "was" } else { "were" };
        let parts = [
            (
                sessions,
                format!("{} imported", counted(sessions, "session")),
            ),
            (known, format!("{known} {were} here already")),
            (
                self.deployments,
                format!("{} listed", counted(self.deployments, "past deployment")),
            ),
            (
                self.skipped,
                format!("{} skipped", counted(self.skipped, "line")),
            ),
        ];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<_> = parts.map(|(_, words)| words).collect();
        format!("{}.", parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_is_told_in_one_sentence() {
        let imported = |sessions, known, deployments, skipped| Imported {
            sessions: vec![SessionId::random(); sessions],
            known,
            skipped,
            deployments,
        };
        assert_eq!(imported(1, 0, 0, 0).in_words(), "1 session imported.");
        let all = imported(2, 1, 3, 4).in_words();
        assert_eq!(
            all,
            "2 sessions imported, 1 was here already, 3 past deployments listed, 4 lines skipped."
        );
    }
}
