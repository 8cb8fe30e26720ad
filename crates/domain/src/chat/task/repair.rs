//! Asks the agent to repair what the check of a published site found, a limited number of times.

use protocol::{Body, Delivery, MessageId};

use super::Task;
use crate::error::Result;

impl Task {
    /// Stores `text` as a message of the server's to the agent, unless it was asked often enough
    /// since a person last said something. Returns whether it is stored. The same `id` twice is the
    /// same as once.
    pub(super) async fn ask_for_repair(&mut self, id: MessageId, text: String) -> Result<bool> {
        if self.sent_before(id).await?.is_some() {
            return Ok(true);
        }
        let rounds = self.transcript.chat.repairs;
        if rounds >= self.parts.settings.repair_rounds {
            return Ok(false);
        }
        let body = Body::User {
            text,
            uploads: Vec::new(),
            automatic: true,
            delivery: Delivery::Stored,
        };
        self.append_sent(id, body, rounds + 1).await?;
        Ok(true)
    }
}
