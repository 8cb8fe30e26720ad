//! How a pane tells that its program has ended.

/// The formats that [`parse`] reads.
pub const FORMAT: &str = "#{pane_dead} #{pane_dead_status} #{pane_dead_signal} #{pane_pid}";

/// A command that makes tmux look for ended children again. tmux 3.3a can miss the signal of one
/// (the pane is dead, without a status) and then collects it only when another child ends.
pub const NUDGE: &str = "run-shell true";

/// A program has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its exit status, if it is known; 128 and the number of the signal that killed it.
    pub status: Option<i32>,
    /// The process that it was.
    pub pid: u32,
}

/// Reads what tmux made of [`FORMAT`]. `None` if the program runs.
#[must_use]
pub fn parse(line: &str) -> Option<Ended> {
    let mut fields = line.trim_end_matches('\n').split(' ');
    if fields.next() != Some("1") {
        return None;
    }
    let mut number = || fields.next()?.parse::<i32>().ok();
    let (status, signal) = (number(), number());
    Some(Ended {
        status: status.or(signal.map(|signal| 128 + signal)),
        pid: fields.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ended_program_has_a_status_or_a_signal() {
        let ended = |status| Some(Ended { status, pid: 42 });
        assert_eq!(parse("0   42\n"), None);
        assert_eq!(parse(""), None);
        assert_eq!(parse("1 7  42\n"), ended(Some(7)));
        assert_eq!(parse("1  9 42\n"), ended(Some(137)));
        assert_eq!(parse("1   42"), ended(None));
    }
}
