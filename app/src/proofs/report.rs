//! What a check came to: pictures, a line, and the findings behind it.

use leptos::prelude::*;
use protocol::{Finding, Proof, Severity};

use super::in_words;
use crate::ui::{Icon, IconName};

/// Above this width a picture shows a desk's screen, below it a phone's.
const WIDE: u32 = 600;

/// A check: its pictures if `with_pictures`, how it ended, and what it found, folded.
#[component]
pub fn ProofReport(
    /// The check; nothing is shown without one.
    #[prop(into)]
    proof: Signal<Option<Proof>>,
    /// Whether the pictures are shown.
    #[prop(optional)]
    with_pictures: bool,
) -> impl IntoView {
    let proof = Memo::new(move |_| proof.get());
    let pictures = move || {
        let proof = proof
            .get()
            .filter(|it| with_pictures && !it.pictures.is_empty())?;
        Some(view! { <Pictures proof/> })
    };
    let line = move || proof.with(|proof| proof.as_ref().map(in_words));
    let icon = move || {
        proof.with(|proof| match proof {
            Some(proof) if !proof.is_over() => IconName::Refresh,
            Some(proof) if proof.errors() > 0 => IconName::Alert,
            Some(proof) if proof.findings.is_empty() && proof.note.is_none() => IconName::Check,
            _ => IconName::Info,
        })
    };
    let note = move || proof.with(|proof| proof.as_ref().and_then(|proof| proof.note.clone()));
    let findings = move || proof.with(|it| it.as_ref().map(|it| it.findings.clone()));
    let is_there = move || proof.with(Option::is_some);
    let has_errors = move || proof.with(|it| it.as_ref().is_some_and(|it| it.errors() > 0));
    view! {
        <Show when=is_there>
            <div class="proof" class:bad=has_errors>
                {pictures}
                <p class="proof-line" role="status">
                    {move || view! { <Icon name=icon()/> }}
                    <span>{line}</span>
                </p>
                {move || note().map(|note| view! { <p class="muted">{note}</p> })}
                {move || findings().filter(|found| !found.is_empty()).map(|found| view! { <Findings found/> })}
            </div>
        </Show>
    }
}

/// What was found, folded.
#[component]
fn Findings(found: Vec<Finding>) -> impl IntoView {
    let rows = found
        .into_iter()
        .map(|finding| {
            let (class, word) = match finding.severity {
                Severity::Error => ("finding bad", "Error"),
                Severity::Warning => ("finding", "Warning"),
            };
            view! {
                <li class=class>
                    <strong>{word}</strong>
                    " "
                    <code>{finding.page}</code>
                    " "
                    {finding.what}
                </li>
            }
        })
        .collect_view();
    view! {
        <details class="card-details findings">
            <summary>"What was found"</summary>
            <ul>{rows}</ul>
        </details>
    }
}

/// The pictures of a release, each leading to its full size.
#[component]
fn Pictures(proof: Proof) -> impl IntoView {
    let pictures = proof
        .pictures
        .iter()
        .map(|width| {
            let path = proof.picture_path(*width);
            let label = format!("The site {}, full size", screen(*width));
            view! {
                <a class="proof-picture" class:phone=*width < WIDE href=path target="_blank" aria-label=label>
                    <SitePicture proof=proof.clone() width=*width/>
                </a>
            }
        })
        .collect_view();
    view! { <div class="proof-pictures">{pictures}</div> }
}

/// The first page of a site on a wide screen, small; the sign of a site where there is no picture.
#[component]
pub fn Thumbnail(
    /// The check that took it.
    proof: Option<Proof>,
) -> impl IntoView {
    let width = proof.as_ref().and_then(|it| it.pictures.first().copied());
    match proof.zip(width) {
        Some((proof, width)) => view! { <SitePicture proof width/> }.into_any(),
        None => view! { <Icon name=IconName::Globe/> }.into_any(),
    }
}

/// The first page of a release on a screen of this width.
#[component]
fn SitePicture(
    /// The check that took it.
    proof: Proof,
    /// The screen's width.
    width: u32,
) -> impl IntoView {
    let alt = format!("The site {}", screen(width));
    view! { <img class="site-picture" class:phone=width < WIDE src=proof.picture_path(width) alt=alt loading="lazy" decoding="async"/> }
}

const fn screen(width: u32) -> &'static str {
    if width < WIDE {
        "on a phone"
    } else {
        "on a wide screen"
    }
}
