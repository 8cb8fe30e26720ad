//! Moments, as people say them.
//!
//! The server and the first render in the browser show the date; only then does the browser's clock
//! come in, so that both sides render the same page.

use std::time::Duration;

use leptos::prelude::*;
use protocol::Timestamp;

use crate::platform::page;

/// The browser's time, once the page has come alive.
#[derive(Clone, Copy)]
struct Now(RwSignal<Option<Timestamp>>);

/// How often relative times are brought up to date.
const TICK: Duration = Duration::from_secs(20);

/// Provides the browser's time to every [`RelativeTime`] below.
pub fn provide_now() {
    let now = RwSignal::new(None);
    provide_context(Now(now));
    Effect::new(move || {
        now.set(Some(page::now()));
        let ticking = set_interval_with_handle(move || now.set(Some(page::now())), TICK);
        on_cleanup(move || {
            if let Ok(handle) = ticking {
                handle.clear();
            }
        });
    });
}

/// How long ago something was, or how long it is until then.
#[component]
pub fn RelativeTime(
    /// The moment.
    #[prop(into)]
    at: Signal<Timestamp>,
) -> impl IntoView {
    let now = use_context::<Now>();
    let text = move || match now.and_then(|Now(now)| now.get()) {
        Some(now) => ago(at.get(), now),
        None => date(at.get()),
    };
    view! {
        <time class="time" datetime=move || at.get().rfc3339() title=move || at.get().rfc3339()>
            {text}
        </time>
    }
}

fn date(at: Timestamp) -> String {
    at.rfc3339().chars().take("2026-02-04".len()).collect()
}

fn ago(at: Timestamp, now: Timestamp) -> String {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    const WEEK: i64 = 7 * DAY;
    let seconds = (now.millis().saturating_sub(at.millis())) / 1_000;
    // What is past has begun, what is to come is told to the nearest: a link for a week ends in 7 d.
    let count = |unit: i64| match seconds {
        ..0 => (unit / 2).saturating_sub(seconds) / unit,
        0.. => seconds / unit,
    };
    let distance = match (count(MINUTE), count(HOUR), count(DAY)) {
        _ if seconds.abs() < 45 => return "just now".to_owned(),
        (minutes @ ..60, ..) => format!("{} min", minutes.max(1)),
        (_, hours @ ..24, _) => format!("{hours} h"),
        (.., days @ ..8) if seconds.abs() < WEEK => format!("{days} d"),
        _ => return date(at),
    };
    if seconds < 0 {
        format!("in {distance}")
    } else {
        format!("{distance} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_told_as_people_do() {
        let at = Timestamp::from_millis(1_770_205_165_000);
        for (seconds, text) in [
            (-5, "just now"),
            (44, "just now"),
            (45, "1 min ago"),
            (3_599, "59 min ago"),
            (3_600, "1 h ago"),
            (86_400, "1 d ago"),
            (-172_800, "in 2 d"),
            (-604_795, "in 7 d"),
            (-3_590, "in 1 h"),
            (-86_390, "in 1 d"),
            (700_000, "2026-02-04"),
        ] {
            assert_eq!(ago(at, at.plus_seconds(seconds)), text, "{seconds}");
        }
    }
}
