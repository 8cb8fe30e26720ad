//! Any bytes from tmux: no panic, the same messages however the bytes are cut, and no more memory
//! than bytes have come.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tmux::parser::{Message, Notification, Parser, unescape_into};

/// A message without its borrow. The data of output comes unescaped.
fn told(message: &Message<'_>) -> String {
    let mut output = Vec::new();
    if let Message::Notification(Notification::Output { data, .. }) = message {
        unescape_into(data, &mut output);
        assert!(output.len() <= data.len(), "unescaped bytes grew");
    }
    format!("{message:?} {output:?}")
}

/// What a parser makes of the bytes in pieces of these lengths, over and over.
fn messages(bytes: &[u8], lengths: &[u8]) -> Vec<String> {
    let mut parser = Parser::default();
    let mut messages = Vec::new();
    let mut lengths = lengths.iter().cycle();
    let (mut rest, mut fed) = (bytes, 0);
    while !rest.is_empty() {
        let length = lengths
            .next()
            .map_or(rest.len(), |length| usize::from(*length) + 1);
        let (piece, after) = rest.split_at(length.min(rest.len()));
        rest = after;
        fed += piece.len();
        parser.feed(piece, |message| messages.push(told(&message)));
        assert!(
            parser.held() <= fed,
            "{} bytes are held of {fed}",
            parser.held()
        );
    }
    messages
}

fuzz_target!(|input: (Vec<u8>, Vec<u8>)| {
    let (lengths, bytes) = input;
    assert_eq!(messages(&bytes, &lengths), messages(&bytes, &[]));
});
