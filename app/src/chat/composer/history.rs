//! What was asked before, brought back by the arrow keys.

/// Where in the earlier prompts somebody is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    prompts: Vec<String>,
    position: Option<usize>,
}

impl History {
    /// The prompt before the one shown. Begins only in an empty box, so that the arrow keeps moving
    /// the cursor in a text.
    pub fn older(
        &mut self,
        current: &str,
        prompts: impl FnOnce() -> Vec<String>,
    ) -> Option<String> {
        let next = match self.position {
            Some(position) => position + 1,
            None if current.is_empty() => {
                self.prompts = prompts();
                0
            }
            None => return None,
        };
        let prompt = self.prompts.get(next)?.clone();
        self.position = Some(next);
        Some(prompt)
    }

    /// The prompt after the one shown; in the end the empty box.
    pub fn newer(&mut self, current: &str) -> Option<String> {
        let position = self.position?;
        if self
            .prompts
            .get(position)
            .is_none_or(|shown| shown != current)
        {
            return None;
        }
        self.position = position.checked_sub(1);
        Some(
            self.position
                .and_then(|it| self.prompts.get(it).cloned())
                .unwrap_or_default(),
        )
    }

    /// Forgets the place: the text was changed or sent.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_walk_through_earlier_prompts() {
        let prompts = || vec!["second".to_owned(), "first".to_owned()];
        let mut history = History::default();
        assert_eq!(history.older("typed", prompts), None);
        assert_eq!(history.older("", prompts).as_deref(), Some("second"));
        assert_eq!(history.older("second", prompts).as_deref(), Some("first"));
        assert_eq!(history.older("first", prompts), None);
        assert_eq!(history.newer("first").as_deref(), Some("second"));
        assert_eq!(history.newer("second").as_deref(), Some(""));
        assert_eq!(history.newer(""), None);
        assert_eq!(history.older("", prompts).as_deref(), Some("second"));
    }
}
