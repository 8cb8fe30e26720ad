//! Two panes beside each other with a border that moves, by pointer and by keyboard.

use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html;
use leptos::prelude::*;

use crate::platform::{element, storage};

/// Where this browser remembers the share of the first pane.
const KEY: &str = "session-split";
/// Percent that each pane keeps.
const MIN: i32 = 25;
const MAX: i32 = 75;
const DEFAULT: i32 = 42;
/// Percent that an arrow key moves the border.
const STEP: i32 = 2;

/// Two panes. The style sheet decides whether they stand beside each other.
#[component]
pub fn Split(
    /// The first pane.
    start: AnyView,
    /// The second pane.
    end: AnyView,
) -> impl IntoView {
    let share = RwSignal::new(DEFAULT);
    let is_dragging = RwSignal::new(false);
    let split = NodeRef::<html::Div>::new();
    Effect::new(move |is_later: Option<()>| {
        if is_later.is_none() {
            let kept = storage::get(KEY).and_then(|kept| kept.parse().ok());
            share.set(kept.unwrap_or(DEFAULT).clamp(MIN, MAX));
        }
        let percent = format!("{}%", share.get());
        if let Some(split) = split.get() {
            element::set_property(&split, "--split", &percent);
        }
    });
    let keep = move || storage::set(KEY, &share.get_untracked().to_string());
    let grab = move |event: PointerEvent| {
        event.prevent_default();
        is_dragging.set(true);
        element::capture_pointer(
            &event_target::<element::Element>(&event),
            event.pointer_id(),
        );
    };
    let drag = move |event: PointerEvent| {
        if let (Some(split), true) = (split.get_untracked(), is_dragging.get_untracked()) {
            share.set(percent(element::fraction_across(&split, event.client_x())));
        }
    };
    let release = move |_: PointerEvent| {
        if is_dragging.get_untracked() {
            is_dragging.set(false);
            keep();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        if let Some(target) = moved(share.get_untracked(), &event.key()) {
            event.prevent_default();
            share.set(target);
            keep();
        }
    };
    view! {
        <div class="split" class:dragging=is_dragging node_ref=split>
            {start}
            <div
                class="split-border"
                role="separator"
                tabindex="0"
                aria-label="Width of the chat"
                aria-orientation="vertical"
                aria-valuemin=MIN
                aria-valuemax=MAX
                aria-valuenow=move || share.get()
                on:pointerdown=grab
                on:pointermove=drag
                on:pointerup=release
                on:pointercancel=release
                on:keydown=on_key
            ></div>
            {end}
        </div>
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "clamped to percents before the cast"
)]
fn percent(fraction: f64) -> i32 {
    (fraction * 100.0)
        .clamp(f64::from(MIN), f64::from(MAX))
        .round() as i32
}

fn moved(share: i32, key: &str) -> Option<i32> {
    let target = match key {
        "ArrowLeft" => share - STEP,
        "ArrowRight" => share + STEP,
        "Home" => MIN,
        "End" => MAX,
        "Enter" => DEFAULT,
        _ => return None,
    };
    Some(target.clamp(MIN, MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_pane_vanishes() {
        for (fraction, share) in [(-1.0, MIN), (0.1, MIN), (0.5, 50), (2.0, MAX)] {
            assert_eq!(percent(fraction), share);
        }
        assert_eq!(moved(MIN, "ArrowLeft"), Some(MIN));
        assert_eq!(moved(50, "ArrowRight"), Some(52));
        assert_eq!(moved(50, "a"), None);
    }
}
