//! The microphone: what is said is written into the box. It never sends by itself.

use std::sync::Arc;

use leptos::prelude::*;

use crate::platform::storage;
use crate::platform::voice::{Heard, Voice, VoiceFault, browser_language, is_there};
use crate::ui::{IconButton, IconName};

/// Where the language is kept in this browser.
const LANGUAGE: &str = "voice-language";

/// Languages to choose from, besides the browser's own.
const LANGUAGES: [(&str, &str); 14] = [
    ("en-US", "English (US)"),
    ("en-GB", "English (UK)"),
    ("de-DE", "Deutsch"),
    ("fr-FR", "Français"),
    ("es-ES", "Español"),
    ("it-IT", "Italiano"),
    ("pt-BR", "Português"),
    ("nl-NL", "Nederlands"),
    ("pl-PL", "Polski"),
    ("uk-UA", "Українська"),
    ("tr-TR", "Türkçe"),
    ("hi-IN", "हिन्दी"),
    ("ja-JP", "日本語"),
    ("zh-CN", "中文"),
];

/// What listening needs and shows.
#[derive(Clone, Copy)]
pub struct Dictation {
    draft: RwSignal<String>,
    voice: StoredValue<Option<Voice>>,
    /// What stood in the box before.
    before: StoredValue<String>,
    /// Whether the browser listens.
    pub is_listening: RwSignal<bool>,
    /// Whether the browser can listen; `None` before that is known.
    pub is_there: RwSignal<Option<bool>>,
    /// Why it did not work.
    fault: RwSignal<Option<VoiceFault>>,
    language: RwSignal<String>,
}

impl Dictation {
    /// Writes into `draft` what is said.
    pub fn new(draft: RwSignal<String>) -> Self {
        let dictation = Self {
            draft,
            voice: StoredValue::new(None),
            before: StoredValue::default(),
            is_listening: RwSignal::new(false),
            is_there: RwSignal::new(None),
            fault: RwSignal::new(None),
            language: RwSignal::default(),
        };
        Effect::new(move || {
            dictation.is_there.set(Some(is_there()));
            let kept = storage::get(LANGUAGE).unwrap_or_else(browser_language);
            dictation.language.set(kept);
        });
        on_cleanup(move || drop(dictation.voice.try_update_value(Option::take)));
        dictation
    }

    /// What to tell a person whose browser or microphone does not work.
    pub fn note(self) -> Option<&'static str> {
        if self.is_there.get() == Some(false) {
            return Some("Voice input needs Chrome, Edge or Safari.");
        }
        Some(match self.fault.get()? {
            VoiceFault::NotAllowed => "The microphone is not allowed. Allow it beside the address.",
            VoiceFault::NoMicrophone => "No microphone was found.",
            VoiceFault::NoService => "The browser's speech service cannot be reached.",
            VoiceFault::NoLanguage => "The browser does not know this language.",
            VoiceFault::Other => "Voice input ended unexpectedly.",
        })
    }

    /// Stops, and forgets what comes late: the draft belongs to the keyboard again.
    pub fn end(self) {
        drop(self.voice.try_update_value(Option::take));
        self.is_listening.set(false);
    }

    fn toggle(self) {
        if self.is_listening.get_untracked() {
            self.voice
                .with_value(|voice| voice.as_ref().map(Voice::stop));
        } else {
            self.begin();
        }
    }

    fn begin(self) {
        self.fault.set(None);
        self.before.set_value(self.draft.get_untracked());
        let hear = move |heard| match heard {
            Heard::Words { certain, interim } => {
                let before = self.before.try_get_value().unwrap_or_default();
                self.draft.set(joined(&before, &certain, &interim));
            }
            Heard::Ended(fault) => {
                self.fault.set(fault);
                self.is_listening.set(false);
            }
        };
        let voice = Voice::listen(&self.language.get_untracked(), Arc::new(hear));
        match voice {
            Some(voice) => {
                self.voice.set_value(Some(voice));
                self.is_listening.set(true);
            }
            None => self.fault.set(Some(VoiceFault::Other)),
        }
    }

    fn speak(self, language: String) {
        storage::set(LANGUAGE, &language);
        self.language.set(language);
        if self.is_listening.get_untracked() {
            self.end();
            self.begin();
        }
    }
}

/// The button, and the language while the browser listens.
#[component]
pub fn Microphone(
    /// What listening needs.
    dictation: Dictation,
) -> impl IntoView {
    let label = Signal::derive(move || match dictation.is_listening.get() {
        true => "Stop voice input".to_owned(),
        false => "Voice input".to_owned(),
    });
    view! {
        <Show when=move || dictation.is_there.get() == Some(true)>
            <Show when=move || dictation.is_listening.get()>
                <LanguagePicker dictation/>
            </Show>
            <span class="microphone" class:active=move || dictation.is_listening.get()>
                <IconButton icon=IconName::Microphone label on:click=move |_| dictation.toggle()/>
            </span>
        </Show>
    }
}

#[component]
fn LanguagePicker(dictation: Dictation) -> impl IntoView {
    let chosen = dictation.language.get_untracked();
    let own = (!LANGUAGES.iter().any(|(code, _)| *code == chosen)).then(|| chosen.clone());
    let option = |code: String, name: String, chosen: &str| {
        let selected = code == chosen;
        view! { <option value=code selected=selected>{name}</option> }
    };
    let options = LANGUAGES
        .iter()
        .map(|(code, name)| option((*code).to_owned(), (*name).to_owned(), &chosen))
        .collect_view();
    view! {
        <label class="policy">
            <span class="visually-hidden">"Language of the voice input"</span>
            <select on:change=move |event| dictation.speak(event_target_value(&event))>
                {own.map(|code| option(code.clone(), code, &chosen))}
                {options}
            </select>
        </label>
    }
}

/// Puts what was said after what was written, with one space between them.
fn joined(before: &str, certain: &str, interim: &str) -> String {
    let said = format!("{certain}{interim}");
    let said = said.trim_start();
    match before {
        "" => said.to_owned(),
        _ if said.is_empty() || before.ends_with(char::is_whitespace) => format!("{before}{said}"),
        _ => format!("{before} {said}"),
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn what_was_said_follows_what_was_written() {
        for (before, certain, interim, text) in [
            ("", " a tea", " shop", "a tea shop"),
            ("Make", "a tea shop", "", "Make a tea shop"),
            ("Make ", " a", "", "Make a"),
            ("Make", "", "", "Make"),
        ] {
            assert_eq!(joined(before, certain, interim), text);
        }
    }
}
