//! Judges what was fetched. An error is something that visitors meet broken; a warning is something
//! that could be better.

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use protocol::{FINDINGS, Finding, Severity};
use reqwest::Url;

use crate::crawl::{Crawl, Reference, Use};
use crate::fetch::{Fetched, TEXT_BYTES};
use crate::page::Page;
use crate::quote::{ADDRESS, quoted};

/// Bytes that a page may load before it is seen. A phone on a slow network takes ten seconds for it.
const PAGE_BYTES: u64 = 3 * 1024 * 1024;
/// Bytes of one picture.
const IMAGE_BYTES: u64 = 1024 * 1024;
/// What is said of a picture with a position. The program would leave the file as it was beside the
/// new one, to be published too, if it were not told otherwise.
const PLACE: &str = "The picture says where it was taken. Remove its location, for instance with \
    “exiftool -overwrite_original -gps:all= -xmp:all= FILE”.";

/// Everything that is wrong, page by page.
#[must_use]
pub fn judge(crawl: &Crawl) -> Vec<Finding> {
    let mut report = Report::default();
    if !crawl.pages.contains_key("/") {
        report.error("/", "The site has no first page.".to_owned());
    }
    for reference in &crawl.references {
        judge_reference(crawl, reference, &mut report);
    }
    for (path, page) in &crawl.pages {
        if !page.leads_on && !path.ends_with("/404.html") {
            judge_page(path, page, &mut report);
            judge_weight(crawl, path, &mut report);
        }
    }
    judge_first(crawl, &mut report);
    report.findings
}

/// Findings, each once, and of each severity as many as are kept of a check.
#[derive(Default)]
struct Report {
    findings: Vec<Finding>,
    said: BTreeSet<(String, String)>,
}

impl Report {
    fn error(&mut self, page: &str, what: String) {
        self.say(Severity::Error, page, what);
    }

    fn warning(&mut self, page: &str, what: &str) {
        self.say(Severity::Warning, page, what.to_owned());
    }

    fn say(&mut self, severity: Severity, page: &str, what: String) {
        let alike = self.findings.iter().filter(|it| it.severity == severity);
        if alike.count() < FINDINGS && self.said.insert((page.to_owned(), what.clone())) {
            let page = page.to_owned();
            self.findings.push(Finding {
                severity,
                page,
                what,
            });
        }
    }
}

fn judge_reference(crawl: &Crawl, reference: &Reference, report: &mut Report) {
    let Reference {
        from,
        used,
        written,
        url,
    } = reference;
    let shown = quoted(written, ADDRESS);
    let is_part = *used != Use::Link;
    if let Some(found) = crawl.at(url) {
        judge_inside(crawl, reference, found, report);
    } else if is_own_computer(url) {
        let what = if is_part {
            "It loads"
        } else {
            "A link leads to"
        };
        report.error(
            from,
            format!("{what} “{shown}”, which is on the computer where the site was made."),
        );
    } else if is_part && url.scheme() == "http" && !crawl.is_inside(url) {
        report.error(
            from,
            format!("It loads “{shown}” without encryption, which browsers refuse. Use https."),
        );
    }
}

/// Something within the release.
fn judge_inside(crawl: &Crawl, reference: &Reference, found: &Fetched, report: &mut Report) {
    let Reference { from, used, .. } = reference;
    let shown = quoted(&reference.written, ADDRESS);
    let is_of_application = *used == Use::Link && crawl.is_of_application(&reference.url);
    if !found.is_there() && !is_of_application {
        let what = match used {
            Use::Link => format!("The link to “{shown}” leads nowhere: there is no such page."),
            Use::Part { .. } => format!("It loads “{shown}”, which is not there."),
        };
        return report.error(from, what);
    }
    if *used == Use::Link && !crawl.is_application {
        judge_place(crawl, reference, report);
    }
}

/// The place on a page that a link leads to.
fn judge_place(crawl: &Crawl, reference: &Reference, report: &mut Report) {
    let Some(place) = reference.url.fragment() else {
        return;
    };
    let Some(page) = crawl.page_at(&reference.url).filter(|it| !it.is_cut) else {
        return;
    };
    let place = percent_decode_str(place).decode_utf8_lossy();
    // Scripts read the others.
    let is_plain = !place.is_empty() && !place.starts_with(['/', '!', ':']);
    if is_plain && !place.eq_ignore_ascii_case("top") && !page.places.contains(place.as_ref()) {
        let shown = quoted(&reference.written, ADDRESS);
        report.error(
            &reference.from,
            format!("The link to “{shown}” leads to a place that its page does not have."),
        );
    }
}

fn judge_page(path: &str, page: &Page, report: &mut Report) {
    if page.title.is_empty() {
        report.error(path, "The page has no title.".to_owned());
    }
    for image in &page.silent_images {
        let what = format!(
            "The picture “{image}” has no alternative text (alt) for those who cannot see it."
        );
        report.error(path, what);
    }
    if !page.has_viewport {
        let what = "The page does not fit itself to phones: it has no viewport.";
        report.error(path, what.to_owned());
    }
    if !page.has_language {
        report.warning(path, "The page does not name its language (lang).");
    }
    if !page.has_description {
        report.warning(path, "The page has no description for search engines.");
    }
    match page.headings {
        1 => {}
        0 if page.is_application => {}
        0 => report.warning(path, "The page has no main heading (h1)."),
        _ => report.warning(path, "The page has several main headings (h1)."),
    }
}

/// What the page loads before it is seen.
fn judge_weight(crawl: &Crawl, path: &str, report: &mut Report) {
    let mut counted = BTreeSet::new();
    let own = crawl.fetched.get(path).map_or(0, |found| found.bytes);
    let parts = crawl.references.iter().filter(|reference| {
        reference.from == path && reference.used == (Use::Part { is_early: true })
    });
    let parts = parts
        .filter_map(|reference| crawl.at(&reference.url))
        .filter(|found| found.is_there() && counted.insert(found.url.path().to_owned()))
        .map(|found| found.bytes);
    let bytes = own + parts.sum::<u64>();
    if bytes > PAGE_BYTES {
        let what = format!(
            "The page loads {} before it is seen; more than {} is slow on phones.",
            mebibytes(bytes),
            mebibytes(PAGE_BYTES)
        );
        report.warning(path, &what);
    }
}

/// What is said of the site once.
fn judge_first(crawl: &Crawl, report: &mut Report) {
    for (path, found) in &crawl.fetched {
        if found.content_type.starts_with("image/") && found.bytes > IMAGE_BYTES {
            let what = format!("The picture is large: {}.", mebibytes(found.bytes));
            report.warning(path, &what);
        }
        if found.tells_place {
            report.error(path, PLACE.to_owned());
        }
        if found.is_cut {
            let most = mebibytes(TEXT_BYTES as u64);
            let what = format!("The file is larger than {most}: only its beginning was checked.");
            report.warning(path, &what);
        }
    }
    let has_icon = crawl.pages.get("/").is_none_or(|page| page.has_icon);
    if !has_icon {
        report.warning("/", "The site has no icon (favicon).");
    }
    let hosts: BTreeSet<&str> = crawl
        .references
        .iter()
        .filter(|it| it.used != Use::Link && !crawl.is_inside(&it.url))
        .filter_map(|it| it.url.host_str())
        .collect();
    if !hosts.is_empty() {
        let hosts: Vec<_> = hosts.into_iter().take(5).collect();
        let what = format!(
            "The site loads parts from {}. They were not loaded for this check, so the pictures may \
             lack something; files of its own are faster and private.",
            hosts.join(", ")
        );
        report.warning("/", &what);
    }
}

/// Whether an address means the computer of whoever reads it.
fn is_own_computer(url: &Url) -> bool {
    if url.scheme() == "file" {
        return true;
    }
    let host = url.host_str().unwrap_or_default();
    matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "[::1]")
}

fn mebibytes(bytes: u64) -> String {
    let tenths = bytes * 10 / (1024 * 1024);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}
