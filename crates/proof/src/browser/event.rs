//! What Chromium reports of a page, cut to what is used of it: a page decides how long its words and
//! addresses are.

use reqwest::Url;
use serde_json::Value;

use crate::quote::quoted;

/// Letters of a script's words that are told.
const WORDS: usize = 300;
/// Bytes of an address. Of a longer one the beginning is kept.
const URL_BYTES: usize = 2_000;

/// Something that happened in a page.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// The page and what belongs to it are loaded.
    Loaded,
    /// A dialog stops the page until it is answered.
    Dialog,
    /// A script fails, with these words.
    ScriptFails(String),
    /// A script writes these words as an error.
    ScriptReports(String),
    /// The page asks a server for something.
    Asks {
        /// Chromium's id of the request.
        request: String,
        /// What for.
        url: Url,
    },
    /// It did not get it.
    Fails {
        /// Chromium's id of the request.
        request: String,
    },
    /// Nothing that is of use.
    Other,
}

impl Event {
    /// Reads an event of the protocol; none if the object is something else.
    pub fn read(object: &Value) -> Option<Self> {
        let about = &object["params"];
        Some(match object["method"].as_str()? {
            "Page.loadEventFired" => Self::Loaded,
            "Page.javascriptDialogOpening" => Self::Dialog,
            "Runtime.exceptionThrown" => {
                let details = &about["exceptionDetails"];
                let words = details["exception"]["description"].as_str();
                let words = words.or_else(|| details["text"].as_str());
                Self::ScriptFails(first_line(words.unwrap_or_default()))
            }
            "Runtime.consoleAPICalled" if about["type"] == "error" => {
                let words = about["args"].as_array().into_iter().flatten();
                let words: Vec<String> = words.map(in_words).collect();
                Self::ScriptReports(first_line(&words.join(" ")))
            }
            "Network.requestWillBeSent" => asks(about).unwrap_or(Self::Other),
            "Network.responseReceived" if about["response"]["status"].as_u64() >= Some(400) => {
                fails(about)
            }
            "Network.loadingFailed" if about["canceled"] != true => fails(about),
            _ => Self::Other,
        })
    }
}

/// What the page carries in itself (`data:`) is asked of nobody.
fn asks(about: &Value) -> Option<Event> {
    let request = about["requestId"].as_str()?.to_owned();
    let url = about["request"]["url"].as_str()?;
    let url = &url[..url.floor_char_boundary(URL_BYTES)];
    let url: Url = url.parse().ok()?;
    matches!(url.scheme(), "http" | "https").then_some(Event::Asks { request, url })
}

fn fails(about: &Value) -> Event {
    let request = about["requestId"].as_str().unwrap_or_default().to_owned();
    Event::Fails { request }
}

fn first_line(words: &str) -> String {
    quoted(words.lines().next().unwrap_or_default(), WORDS)
}

/// A value that a script has printed.
fn in_words(value: &Value) -> String {
    match (&value["value"], value["description"].as_str()) {
        (Value::String(text), _) => text.clone(),
        (Value::Null, Some(description)) => description.to_owned(),
        (value, _) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(method: &str, params: Value) -> Event {
        Event::read(&json!({ "method": method, "params": params })).unwrap()
    }

    #[test]
    fn words_of_scripts_are_cut() {
        let args = json!([{ "type": "string", "value": "é".repeat(100_000) }]);
        let about = json!({ "type": "error", "args": args });
        let Event::ScriptReports(words) = read("Runtime.consoleAPICalled", about) else {
            panic!("no error is heard");
        };
        assert_eq!(words.chars().count(), WORDS + 1);
        let about = json!({ "type": "log", "args": [] });
        assert_eq!(read("Runtime.consoleAPICalled", about), Event::Other);
    }

    #[test]
    fn addresses_are_cut_and_those_of_no_server_are_left_out() {
        let asked = |url: String| {
            let about = json!({ "requestId": "1", "request": { "url": url } });
            read("Network.requestWillBeSent", about)
        };
        let Event::Asks { url, .. } = asked(format!("http://tea.test/{}", "é".repeat(100_000)))
        else {
            panic!("no request is heard");
        };
        assert_eq!(url.host_str(), Some("tea.test"));
        assert!(
            url.as_str().len() <= 6 * URL_BYTES,
            "as bytes of three letters each"
        );
        assert_eq!(asked("data:,tea".to_owned()), Event::Other);
    }

    #[test]
    fn an_answer_is_no_event() {
        assert_eq!(Event::read(&json!({ "id": 1, "result": {} })), None);
    }
}
