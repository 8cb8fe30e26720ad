//! Directives in a message, `[[like this]]`, with which tests say what the demo agent shall do.

use super::page::Fault;

/// One directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Directive {
    /// So many words, ten in a second.
    Slow(usize),
    /// Asks whether it may use this tool.
    Ask(String),
    /// Asks the person a question.
    Question,
    /// The turn fails.
    Fail,
    /// The process ends with this status.
    Exit(u8),
    /// So many lines as fast as it can.
    Flood(usize),
    /// The model's service fails twice.
    Retry,
    /// Nothing until it is interrupted.
    Hang,
    /// A line that cannot be read.
    Corrupt,
    /// The message itself, exactly.
    Echo,
    /// This text.
    Say(String),
    /// The page that it makes has this fault: `[[broken link]]`, `[[broken alt]]`.
    Broken(Fault),
}

/// The directives of a message, in order, and what remains without them.
pub(super) fn parse(message: &str) -> (Vec<Directive>, String) {
    let mut directives = Vec::new();
    let mut words = String::new();
    let mut rest = message;
    while let Some((before, (inside, after))) = rest
        .split_once("[[")
        .and_then(|(before, rest)| Some((before, rest.split_once("]]")?)))
    {
        words.push_str(before);
        match directive(inside) {
            Some(directive) => directives.push(directive),
            None => words.push_str(inside),
        }
        rest = after;
    }
    words.push_str(rest);
    (directives, words.trim().to_owned())
}

fn directive(inside: &str) -> Option<Directive> {
    let (name, argument) = inside.trim().split_once(' ').unwrap_or((inside.trim(), ""));
    Some(match name {
        "slow" => Directive::Slow(argument.parse().ok()?),
        "ask" => Directive::Ask(argument.to_owned()),
        "question" => Directive::Question,
        "fail" => Directive::Fail,
        "exit" => Directive::Exit(argument.parse().ok()?),
        "flood" => Directive::Flood(argument.parse().ok()?),
        "retry" => Directive::Retry,
        "hang" => Directive::Hang,
        "corrupt" => Directive::Corrupt,
        "echo" => Directive::Echo,
        "say" => Directive::Say(argument.to_owned()),
        "broken" => Directive::Broken(Fault::named(argument)?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_are_taken_out_in_order() {
        let (directives, words) = parse("[[slow 3]] Create [[ask Bash]]a shop [[say a b]]");
        let expected = [
            Directive::Slow(3),
            Directive::Ask("Bash".into()),
            Directive::Say("a b".into()),
        ];
        assert_eq!(directives, expected);
        assert_eq!(words, "Create a shop");
    }

    #[test]
    fn other_brackets_are_words() {
        assert_eq!(
            parse("a [[b]] [[slow x]] [[open"),
            (vec![], "a b slow x [[open".into())
        );
    }
}
