//! What the server's check of a published site found, and what can be mended of it.

use super::super::page::{Fault, Page};
use super::{Build, Plan};

/// How such a message begins.
const REPORT: &str = "the check of the published site found";

/// Whether a message is what the check found.
pub(super) fn is_report(words: &str) -> bool {
    words.trim_start().to_lowercase().starts_with(REPORT)
}

/// Plans the repair. What is not its own doing it cannot mend, and says so: to publish the same
/// files again would only be found again.
pub(super) fn mend(words: &str, page: Option<&Page>) -> Plan {
    let lines = words
        .lines()
        .filter_map(|line| line.trim().strip_prefix(['-', '*', '•']));
    let findings: Vec<&str> = lines.map(str::trim).collect();
    let Some(page) = page else {
        return Plan::Say("I have no site in this conversation that I could mend.".into());
    };
    let mut page = page.clone();
    let (mut mended, mut left) = (Vec::new(), Vec::new());
    for finding in findings {
        match page
            .faults
            .iter()
            .position(|fault| is_about(finding, *fault))
        {
            Some(at) => mended.push(outcome(page.faults.remove(at))),
            None if mended.iter().any(|done| is_same(finding, done)) => {}
            None => left.push(finding),
        }
    }
    let left = match left[..] {
        [] => String::new(),
        _ => format!("\n\nI cannot mend this by myself:\n- {}", left.join("\n- ")),
    };
    if mended.is_empty() {
        return Plan::Say(format!(
            "As the scripted demo agent I found nothing to mend in my files.{left}"
        ));
    }
    let done: Vec<&str> = mended.iter().map(|(_, done)| *done).collect();
    Plan::Build(Box::new(Build {
        page,
        picture: None,
        intention: format!(
            "As the scripted demo agent I mend what the check found: {}.{left}",
            done.join("; ")
        ),
        another: false,
    }))
}

/// Takes links away that lead nowhere. Returns whether there were any.
pub(super) fn mend_links(page: &mut Page) -> bool {
    let before = page.faults.len();
    page.faults.retain(|fault| *fault != Fault::Link);
    page.faults.len() < before
}

fn is_about(finding: &str, fault: Fault) -> bool {
    let lower = finding.to_lowercase();
    match fault.target() {
        Some(target) => lower.contains(target),
        None => {
            let mut words = lower.split(|c: char| !c.is_alphanumeric());
            words.any(|word| word == fault.word() || (fault == Fault::Alt && word == "alternative"))
        }
    }
}

/// Whether a finding is of a fault that another line has told already.
fn is_same(finding: &str, (fault, _): &(Fault, &str)) -> bool {
    is_about(finding, *fault)
}

const fn outcome(fault: Fault) -> (Fault, &'static str) {
    let done = match fault {
        Fault::Link => "the link that led nowhere leads to the contact now",
        Fault::Image => "the image that does not exist is gone",
        Fault::Alt => "the image without a text is gone",
        Fault::Title => "the page has a title",
        Fault::Description => "the page has a description",
    };
    (fault, done)
}
