//! What follows from a server action.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::toast::use_toasts;
use crate::api::Fault;

/// Why an action failed, unless a new try is under way.
pub fn fault_of<S, T>(action: ServerAction<S>) -> Signal<Option<Fault>>
where
    S: ServerFn<Output = T, Error = Fault> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    let (pending, value) = (action.pending(), action.value());
    Signal::derive(move || {
        if pending.get() {
            return None;
        }
        value.with(|result| {
            result
                .as_ref()
                .and_then(|result| result.as_ref().err().cloned())
        })
    })
}

/// Runs `done` with every result that an action succeeds with.
pub fn on_success<S, T>(action: ServerAction<S>, done: impl Fn(T) + 'static)
where
    S: ServerFn<Output = T, Error = Fault> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    on_end(action, move |result| {
        if let Ok(value) = result {
            done(value);
        }
    });
}

/// Shows every failure of an action that has no form to show it in.
pub fn toast_faults<S, T>(action: ServerAction<S>)
where
    S: ServerFn<Output = T, Error = Fault> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    let toasts = use_toasts();
    on_end(action, move |result| {
        if let Err(fault) = result {
            toasts.fault(&fault);
        }
    });
}

fn on_end<S, T>(action: ServerAction<S>, done: impl Fn(Result<T, Fault>) + 'static)
where
    S: ServerFn<Output = T, Error = Fault> + Clone + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
{
    let (version, value) = (action.version(), action.value());
    Effect::watch(
        move || version.get(),
        move |_, _, _| {
            if let Some(result) = value.get_untracked() {
                done(result);
            }
        },
        false,
    );
}
