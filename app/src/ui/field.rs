//! Inputs with their label, hint and error.

use leptos::html;
use leptos::prelude::*;

use super::icon::{Icon, IconName};
use crate::api::Fault;

/// The error of a whole form: one that no field explains.
#[component]
pub fn FormFault(
    /// The form's error.
    #[prop(into)]
    fault: Signal<Option<Fault>>,
    /// The names of the form's fields; their errors are shown there.
    #[prop(optional)]
    fields: &'static [&'static str],
) -> impl IntoView {
    let message = move || {
        let fault = fault.get()?;
        let is_shown = fields.iter().any(|field| fault.at(field).is_some());
        (!is_shown).then(|| fault.to_string())
    };
    view! {
        <div role="alert" class="form-fault-region">
            {move || message().map(|message| view! {
                <p class="form-fault"><Icon name=IconName::Alert/><span>{message}</span></p>
            })}
        </div>
    }
}

/// One line of text.
#[component]
pub fn TextField(
    /// The label.
    #[prop(into)]
    label: String,
    /// The name in the form.
    name: &'static str,
    /// The id in the page, where the name is not unique there.
    #[prop(optional)]
    id: Option<&'static str>,
    /// The kind of input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// An explanation below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether the cursor starts here.
    #[prop(optional)]
    autofocus: bool,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// The form's error.
    #[prop(into)]
    fault: Signal<Option<Fault>>,
) -> impl IntoView {
    let id = id.unwrap_or(name);
    let error = Memo::new(move |_| fault.with(|fault| fault.as_ref()?.at(name)));
    let input = NodeRef::<html::Input>::new();
    focus_on_error(input, error);
    view! {
        <div class="field" class:wrong=move || error.with(Option::is_some)>
            <label for=id>{label}{optional.then(|| view! { <span class="field-optional">"optional"</span> })}</label>
            <input
                node_ref=input
                id=id
                name=name
                type=kind
                value=value
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                autofocus=autofocus
                required=!optional
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=format!("{id}-note")
            />
            <FieldNote id hint error/>
        </div>
    }
}

/// A password, with a button that shows it.
#[component]
pub fn PasswordField(
    /// The label.
    #[prop(into)]
    label: String,
    /// The name in the form.
    name: &'static str,
    /// What the browser may fill in: `current-password` or `new-password`.
    autocomplete: &'static str,
    /// An explanation below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The form's error.
    #[prop(into)]
    fault: Signal<Option<Fault>>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let error = Memo::new(move |_| fault.with(|fault| fault.as_ref()?.at(name)));
    let input = NodeRef::<html::Input>::new();
    focus_on_error(input, error);
    view! {
        <div class="field" class:wrong=move || error.with(Option::is_some)>
            <label for=name>{label}</label>
            <div class="field-row">
                <input
                    node_ref=input
                    id=name
                    name=name
                    type=move || if shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=format!("{name}-note")
                />
                <button
                    type="button"
                    class="field-reveal"
                    aria-pressed=move || if shown.get() { "true" } else { "false" }
                    on:click=move |_| shown.update(|shown| *shown = !*shown)
                >
                    {move || if shown.get() { "Hide" } else { "Show" }}
                </button>
            </div>
            <FieldNote id=name hint error/>
        </div>
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// The label.
    #[prop(into)]
    label: String,
    /// The name in the form.
    name: &'static str,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// Lines that are visible.
    #[prop(default = 3)]
    rows: u32,
    /// An explanation below.
    #[prop(optional, into)]
    hint: Option<String>,
    /// The form's error.
    #[prop(into)]
    fault: Signal<Option<Fault>>,
) -> impl IntoView {
    let error = Memo::new(move |_| fault.with(|fault| fault.as_ref()?.at(name)));
    let input = NodeRef::<html::Textarea>::new();
    Effect::new(move || {
        if let (Some(input), true) = (input.get(), error.with(Option::is_some)) {
            let _ = input.focus();
        }
    });
    view! {
        <div class="field" class:wrong=move || error.with(Option::is_some)>
            <label for=name>{label}<span class="field-optional">"optional"</span></label>
            <textarea
                node_ref=input
                id=name
                name=name
                rows=rows
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=format!("{name}-note")
            >{value}</textarea>
            <FieldNote id=name hint error/>
        </div>
    }
}

/// The error of a field, or else its hint.
#[component]
fn FieldNote(id: &'static str, hint: Option<String>, error: Memo<Option<String>>) -> impl IntoView {
    view! {
        <p id=format!("{id}-note") class="field-note" aria-live="polite">
            {move || error.get().or_else(|| hint.clone())}
        </p>
    }
}

/// Moves the cursor to a field as soon as it is wrong.
fn focus_on_error(input: NodeRef<html::Input>, error: Memo<Option<String>>) {
    Effect::new(move || {
        if let (Some(input), true) = (input.get(), error.with(Option::is_some)) {
            let _ = input.focus();
        }
    });
}
