//! What is done in the browser: pages are opened, pictures taken, errors heard.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::proof::Picture;
use protocol::{Finding, Severity};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::event::Event;
use super::pipe::Pipe;
use super::process::Process;
use super::{BrowserError, Failed, Seen};
use crate::quote::{ADDRESS, quoted};

/// The sizes of the screens of which pictures are taken: a desk's and a phone's.
const SCREENS: [(u32, u32); 2] = [(1_440, 900), (390, 844)];
/// Bytes of a picture. It is shown small, and loaded over slow networks.
const PICTURE_BYTES: usize = 300 * 1024;
/// How good a picture is; the next if the one before is too large.
const QUALITIES: [u8; 4] = [80, 60, 40, 20];
/// How long a page may load.
const LOADING: Duration = Duration::from_secs(8);
/// How long nothing is loaded until a page counts as settled.
const QUIET: Duration = Duration::from_millis(400);
/// How long it may take to settle.
const SETTLING: Duration = Duration::from_secs(3);
/// Findings of one page.
const FINDINGS: usize = 20;
/// Requests of one page that are kept in mind. What comes of more is not told.
const REQUESTS: usize = 2_000;
/// Files of one page that are told as failed.
const FAILED: usize = 100;
/// Letters of axe's words that are told.
const WORDS: usize = 300;

/// Rules of axe that are checked without a browser as well.
const KNOWN: &[&str] = &[
    "document-title",
    "html-has-lang",
    "image-alt",
    "meta-viewport",
];

/// Opens the site, and fills `seen` as far as it comes.
pub(super) async fn visit(
    mut process: Process,
    origin: &Url,
    pages: &[(String, Url)],
    axe: Option<&str>,
    seen: &mut Seen,
) -> Result<(), BrowserError> {
    let pipe = &mut process.pipe;
    let deny = json!({ "behavior": "deny" });
    pipe.call("Browser.setDownloadBehavior", deny).await?;
    pipe.open_page().await?;
    for domain in [
        "Page.enable",
        "Runtime.enable",
        "Log.enable",
        "Network.enable",
    ] {
        pipe.ask(domain).await?;
    }
    let still = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
    pipe.call("Emulation.setEmulatedMedia", still).await?;
    let first = ("/".to_owned(), origin.clone());
    for (at, (width, height)) in SCREENS.into_iter().enumerate() {
        set_screen(pipe, width, height).await?;
        let mut ears = Ears::new(&first);
        open(pipe, &first.1, &mut ears).await?;
        if at == 0 {
            examine(pipe, axe, &mut ears).await?;
        }
        ears.tell(seen);
        let jpeg = picture(pipe).await?;
        seen.pictures.push(Picture { width, jpeg });
    }
    let (width, height) = SCREENS[0];
    set_screen(pipe, width, height).await?;
    for page in pages.iter().filter(|(path, _)| path != "/") {
        let mut ears = Ears::new(page);
        open(pipe, &page.1, &mut ears).await?;
        examine(pipe, axe, &mut ears).await?;
        ears.tell(seen);
    }
    Ok(())
}

async fn set_screen(pipe: &mut Pipe, width: u32, height: u32) -> Result<(), BrowserError> {
    let screen = json!({
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600,
    });
    pipe.call("Emulation.setDeviceMetricsOverride", screen)
        .await
        .map(drop)
}

/// Opens a page and waits until it has settled, or for as long as that may take.
async fn open(pipe: &mut Pipe, url: &Url, ears: &mut Ears<'_>) -> Result<(), BrowserError> {
    pipe.call("Page.navigate", json!({ "url": url.as_str() }))
        .await?;
    let deadline = Instant::now() + LOADING;
    while let Some(event) = pipe.event(deadline).await? {
        let is_loaded = event == Event::Loaded;
        answer_dialog(pipe, &event).await;
        ears.hear(event);
        if is_loaded {
            break;
        }
    }
    let deadline = Instant::now() + SETTLING;
    while Instant::now() < deadline {
        let Some(event) = pipe.event_within(QUIET).await? else {
            break;
        };
        answer_dialog(pipe, &event).await;
        ears.hear(event);
    }
    Ok(())
}

/// A dialog stops the page until it is answered.
async fn answer_dialog(pipe: &mut Pipe, event: &Event) {
    if *event == Event::Dialog {
        let refuse = json!({ "accept": false });
        // It may have gone by itself.
        let _answered = pipe.call("Page.handleJavaScriptDialog", refuse).await;
    }
}

/// The page as it is on the screen.
async fn picture(pipe: &mut Pipe) -> Result<Vec<u8>, BrowserError> {
    let mut jpeg = Vec::new();
    for quality in QUALITIES {
        let how = json!({ "format": "jpeg", "quality": quality });
        let taken = pipe.call("Page.captureScreenshot", how).await?;
        let data = taken["data"].as_str().unwrap_or_default();
        jpeg = BASE64.decode(data).unwrap_or_default();
        if jpeg.len() <= PICTURE_BYTES {
            break;
        }
    }
    Ok(jpeg)
}

/// Lets axe look at the page.
async fn examine(
    pipe: &mut Pipe,
    axe: Option<&str>,
    ears: &mut Ears<'_>,
) -> Result<(), BrowserError> {
    let Some(axe) = axe else {
        return Ok(());
    };
    let known: serde_json::Map<String, Value> = KNOWN
        .iter()
        .map(|rule| ((*rule).to_owned(), json!({ "enabled": false })))
        .collect();
    let options = json!({
        "runOnly": ["wcag2a", "wcag2aa"], "rules": known, "resultTypes": ["violations"],
    });
    let run = format!(
        "axe.run(document, {options}).then(found => found.violations.map(it => \
         ({{impact: it.impact, help: it.help, places: it.nodes.length, \
         place: it.nodes[0].target.join(' ')}})))"
    );
    let load = json!({ "expression": format!("{axe};0") });
    pipe.call("Runtime.evaluate", load).await?;
    let how = json!({ "expression": run, "awaitPromise": true, "returnByValue": true });
    let mut found = pipe.call("Runtime.evaluate", how).await?;
    let found = found["result"]["value"].take();
    for violation in found.as_array().into_iter().flatten() {
        ears.violation(violation);
    }
    Ok(())
}

/// What is heard while one page is open.
struct Ears<'a> {
    path: &'a str,
    url: &'a Url,
    findings: Vec<Finding>,
    /// What is being loaded, by Chromium's ids.
    loading: HashMap<String, Url>,
    /// The paths of files that failed, as they are quoted.
    failed: BTreeSet<String>,
    /// Whether something of another host was not loaded: what is wrong then may come of that.
    is_incomplete: bool,
}

impl<'a> Ears<'a> {
    fn new((path, url): &'a (String, Url)) -> Self {
        Self {
            path,
            url,
            findings: Vec::new(),
            loading: HashMap::new(),
            failed: BTreeSet::new(),
            is_incomplete: false,
        }
    }

    fn hear(&mut self, event: Event) {
        match event {
            Event::ScriptFails(words) => {
                self.find(Severity::Error, format!("A script fails: {words}"));
            }
            Event::ScriptReports(words) => {
                self.find(
                    Severity::Error,
                    format!("A script reports an error: {words}"),
                );
            }
            Event::Asks { request, url } => {
                // A redirect is the same request for another address.
                if self.loading.len() < REQUESTS || self.loading.contains_key(&request) {
                    self.loading.insert(request, url);
                }
            }
            Event::Fails { request } => self.failed(&request),
            Event::Loaded | Event::Dialog | Event::Other => {}
        }
    }

    /// Something was not loaded.
    fn failed(&mut self, request: &str) {
        let Some(url) = self.loading.get(request) else {
            return;
        };
        if url.origin() != self.url.origin() {
            self.is_incomplete = true;
        } else if url.path() != "/favicon.ico"
            && url.path() != self.url.path()
            && self.failed.len() < FAILED
        {
            self.failed.insert(quoted(url.path(), ADDRESS));
        }
    }

    /// Something that axe found.
    fn violation(&mut self, violation: &Value) {
        let severity = match violation["impact"].as_str() {
            Some("critical") => Severity::Error,
            Some("serious") => Severity::Warning,
            _ => return,
        };
        let help = quoted(violation["help"].as_str().unwrap_or_default(), WORDS);
        let places = violation["places"].as_u64().unwrap_or(0);
        let place = quoted(violation["place"].as_str().unwrap_or_default(), WORDS);
        let more = match places {
            0 | 1 => String::new(),
            places => format!(" and {} more", places - 1),
        };
        self.find(severity, format!("Accessibility: {help} ({place}{more})."));
    }

    fn find(&mut self, severity: Severity, what: String) {
        let page = self.path.to_owned();
        let finding = Finding {
            severity,
            page,
            what,
        };
        if self.findings.len() < FINDINGS && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// Adds what was heard to what was seen, each thing once.
    fn tell(self, seen: &mut Seen) {
        for mut finding in self.findings {
            if self.is_incomplete {
                finding.severity = Severity::Warning;
            }
            if !seen.findings.contains(&finding) {
                seen.findings.push(finding);
            }
        }
        for path in self.failed {
            if !seen.failed.iter().any(|known| known.path == path) {
                let page = self.path.to_owned();
                seen.failed.push(Failed { page, path });
            }
        }
    }
}
