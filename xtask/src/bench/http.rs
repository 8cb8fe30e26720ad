//! The least HTTP that a bench needs: one request, one answer, over a connection of its own.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

use crate::failure::{Failure, Result};

/// The longest that an answer may take.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// An answer's status and body.
pub type Answer = (u16, String);

/// Asks a server. Version 1.0, so that the body is what comes until the end of the connection.
pub fn ask(addr: SocketAddr, token: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
    let failed = |error| Failure::new(format!("{path}: {error}"), "look at the server's log");
    let mut stream = TcpStream::connect(addr).map_err(failed)?;
    stream.set_read_timeout(Some(PATIENCE)).map_err(failed)?;
    let method = if body.is_some() { "POST" } else { "GET" };
    let body = body.map(Value::to_string).unwrap_or_default();
    let mut request = format!("{method} {path} HTTP/1.0\r\nHost: {addr}\r\n");
    if !token.is_empty() {
        request += &format!("Authorization: Bearer {token}\r\n");
    }
    if !body.is_empty() {
        request += "Content-Type: application/json\r\n";
        request += &format!("Content-Length: {}\r\n", body.len());
    }
    request += &format!("\r\n{body}");
    stream.write_all(request.as_bytes()).map_err(failed)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(failed)?;
    let answer = String::from_utf8_lossy(&answer);
    parse(&answer).ok_or_else(|| {
        Failure::new(
            format!("{path}: this is no answer: {answer}"),
            "look at the server's log",
        )
    })
}

fn parse(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, body.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_has_a_status_and_a_body() {
        let answer = parse("HTTP/1.0 200 OK\r\ncontent-type: text/html\r\n\r\n<html>");
        assert_eq!(answer, Some((200, "<html>".to_owned())));
        assert_eq!(parse("HTTP/1.0 200 OK"), None);
    }
}
