//! What a browser loads: a page's bytes as they come over the wire, counted by Chromium itself.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use super::{
    ROUNDS,
    figures::{Figure, Unit, median},
    server::{OWNER, PASSWORD, Server},
    sessions::Session,
};
use crate::{
    failure::{Failure, Result},
    places::Places,
};

/// The script that drives the browser.
pub fn script(places: &Places) -> PathBuf {
    places.root.join("xtask/src/bench/browser.mjs")
}

/// Cold loads of the sign-in page and of a session's page, and the way from one to the other.
/// Headers count, and so does what comes without compression.
pub fn first_loads(
    mut script: Command,
    chromium: &Path,
    server: &Server,
    session: &Session,
) -> Result<Vec<Figure>> {
    let failed = |what: String| {
        Failure::new(
            format!("the browser: {what}"),
            "run `cargo xtask test sign-in`: it uses the same browser",
        )
    };
    let output = script
        .args([format!("http://{}", server.addr()), session.path()])
        .arg(ROUNDS.to_string())
        .env("CHROMIUM", chromium)
        .env("BENCH_EMAIL", OWNER)
        .env("BENCH_PASSWORD", PASSWORD)
        .stderr(Stdio::piped())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    let rounds: Vec<Value> =
        serde_json::from_slice(&output.stdout).map_err(|error| failed(error.to_string()))?;
    let figure = |name, key| {
        let totals = rounds.iter().map(|round| kilobytes(&round[key])).collect();
        Figure::new(name, Unit::Kilobytes, totals).note(explain(&rounds, key))
    };
    Ok(vec![
        figure("first load: sign-in", "sign_in"),
        figure("first load: session page", "session"),
        figure("sign-in, then session page", "both").goal(200.0),
    ])
}

/// All kinds of content together.
fn kilobytes(load: &Value) -> f64 {
    let kinds = load.as_object().into_iter().flatten();
    kinds.filter_map(|(_, bytes)| bytes.as_f64()).sum::<f64>() / 1e3
}

/// The kinds of content, the largest first.
fn explain(rounds: &[Value], key: &str) -> String {
    let Some(kinds) = rounds.first().and_then(|round| round[key].as_object()) else {
        return String::new();
    };
    let mut kinds: Vec<(f64, &str)> = kinds
        .keys()
        .map(|kind| {
            let bytes = rounds.iter().filter_map(|round| round[key][kind].as_f64());
            (median(&bytes.collect::<Vec<_>>()) / 1e3, kind.as_str())
        })
        .collect();
    kinds.sort_by(|a, b| b.0.total_cmp(&a.0));
    let shown: Vec<_> = kinds
        .iter()
        .map(|(size, kind)| format!("{kind} {size:.1}"))
        .collect();
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_added_up_and_sorted() {
        let round = serde_json::json!({ "both": { "html": 1500, "wasm": 600_000 } });
        assert_eq!(kilobytes(&round["both"]), 601.5);
        assert_eq!(explain(&[round], "both"), "wasm 600.0, html 1.5");
    }
}
