//! How messages are laid out: consecutive steps of the agent become one line.

/// Messages that are shown as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Group {
    /// A message on its own.
    Single(u64),
    /// Consecutive steps, never empty.
    Steps(Vec<u64>),
}

impl Group {
    /// The sequence of its first message: stays the same while steps are added.
    #[must_use]
    pub fn first(&self) -> u64 {
        match self {
            Self::Single(sequence) => *sequence,
            Self::Steps(steps) => steps.first().copied().unwrap_or_default(),
        }
    }
}

/// Groups messages, given as sequence and whether it is a step, in order.
#[must_use]
pub fn group(messages: impl IntoIterator<Item = (u64, bool)>) -> Vec<Group> {
    let mut groups = Vec::new();
    for (sequence, is_step) in messages {
        match (groups.last_mut(), is_step) {
            (Some(Group::Steps(steps)), true) => steps.push(sequence),
            (_, true) => groups.push(Group::Steps(vec![sequence])),
            (_, false) => groups.push(Group::Single(sequence)),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_steps_join() {
        let messages = [(1, false), (2, true), (3, true), (4, false), (6, true)];
        assert_eq!(
            group(messages),
            vec![
                Group::Single(1),
                Group::Steps(vec![2, 3]),
                Group::Single(4),
                Group::Steps(vec![6]),
            ]
        );
        assert_eq!(group([]), Vec::new());
    }

    #[test]
    fn a_group_keeps_its_name_while_it_grows() {
        assert_eq!(
            group([(7, true)])[0].first(),
            group([(7, true), (8, true)])[0].first()
        );
    }
}
